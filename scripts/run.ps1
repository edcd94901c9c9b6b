<#
.SYNOPSIS
Set everything up and run the demo: real models tested on bundled real data. The exit code is the run's.
.EXAMPLE
./scripts/run.ps1 --workers 2
#>
& (Join-Path $PSScriptRoot 'setup.ps1')
if ($LASTEXITCODE) { exit $LASTEXITCODE }
& (Join-Path $PSScriptRoot '../.venv/Scripts/mtf.exe') demo @args
exit $LASTEXITCODE
