<#
.SYNOPSIS
Set everything up and run the tests, four files at once; arguments go to pytest. --all adds the slow tests.
.EXAMPLE
./scripts/test.ps1 tests/engine -k wilson
#>
& (Join-Path $PSScriptRoot 'setup.ps1') -Groups @('test', 'docs')
if ($LASTEXITCODE) { exit $LASTEXITCODE }
Set-Location (Join-Path $PSScriptRoot '..')
$chosen = @('-m', 'not slow') + $args
if ($args.Count -and $args[0] -eq '--all') { $chosen = @($args | Select-Object -Skip 1) }
$env:PYTHONUTF8 = '1' # tests write and read UTF-8 without saying so; the program names its encodings
& .venv/Scripts/python.exe -m pytest -n 4 --dist loadfile --no-loadscope-reorder @chosen
exit $LASTEXITCODE
