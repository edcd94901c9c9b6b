<#
.SYNOPSIS
Set up .venv of this checkout with MTF and the named dependency groups; does nothing when it is up to date.
.DESCRIPTION
Versions and hashes come from requirements/*.txt (or the folder $env:MTF_REQUIREMENTS); $env:PYTHON names the interpreter.
.EXAMPLE
./scripts/setup.ps1 test
#>
param([string[]] $Groups = @())
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '..')

$requirements = if ($env:MTF_REQUIREMENTS) { $env:MTF_REQUIREMENTS } else { 'requirements' }
foreach ($group in @('program', 'build') + $Groups) {
    if (-not (Test-Path "$requirements/$group.txt")) {
        [Console]::Error.WriteLine("$requirements/$group.txt does not exist: '$group' is no dependency group (test, check, docs, build, delivery, release)")
        exit 2
    }
}

function Test-Python([string] $candidate) {
    # The stand-in of the Windows store is found like a Python, and complains when it is asked to run something.
    try { & $candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>$null } catch { return $false }
    return $LASTEXITCODE -eq 0
}

$python = Join-Path '.venv' 'Scripts/python.exe'
if (-not (Test-Path $python)) {
    $found = @($env:PYTHON, 'python', 'python3', 'py') |
        Where-Object { $_ -and (Get-Command $_ -ErrorAction SilentlyContinue) } |
        Where-Object { Test-Python $_ } |
        Select-Object -First 1
    if (-not $found) {
        [Console]::Error.WriteLine('MTF needs Python 3.11 or newer, and none was found. Install one, or set $env:PYTHON to its path.')
        exit 2
    }
    & $found -m venv .venv
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}

function Install-Packages {
    & $python -m pip install --quiet --disable-pip-version-check @args
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}

# The stamp is what the environment was made from; an equal one means there is nothing to do.
$files = @('pyproject.toml') + @(Get-ChildItem "$requirements/*.txt" | ForEach-Object { $_.FullName })
$wanted = ($files | ForEach-Object { (Get-FileHash $_).Hash }) -join ' '
foreach ($group in @('core') + $Groups) {
    $stamp = ".venv/mtf-setup-$group"
    if ((Test-Path $stamp) -and ((Get-Content $stamp -Raw).Trim() -eq $wanted)) { continue }
    [Console]::Error.WriteLine("setting up .venv: $group")
    if ($group -eq 'core') {
        Install-Packages --require-hashes -r "$requirements/program.txt" -r "$requirements/build.txt"
        Install-Packages --no-deps --no-build-isolation --editable .
    } else {
        Install-Packages --require-hashes -r "$requirements/$group.txt"
    }
    Set-Content $stamp $wanted
}
