<#
.SYNOPSIS
Set everything up and run the demo: on a terminal live in the UI, without one (or with options) headless.
.EXAMPLE
./scripts/run.ps1 --workers 2
#>
& (Join-Path $PSScriptRoot 'setup.ps1')
if ($LASTEXITCODE) { exit $LASTEXITCODE }
$scripts = Join-Path $PSScriptRoot '../.venv/Scripts'
if ($args.Count -eq 0 -and -not [Console]::IsInputRedirected -and -not [Console]::IsOutputRedirected) {
    & (Join-Path $scripts 'mtf-tui.exe') demo
} else {
    & (Join-Path $scripts 'mtf.exe') demo @args
}
exit $LASTEXITCODE
