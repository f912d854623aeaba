@echo off
rem Prepares this copy of the program where that is still to be done, then runs it: installer\run.bat [ARGS]
setlocal
set "PROJECT=%~dp0.."
set "PYTHONHOME="
set "PYTHONPATH=%PROJECT%"

set "BASE="
for %%P in ("%ANOMALYGPT_PYTHON%" "py -3.11" "py -3.12" "py -3.13" "py -3" "python") do call :try %%P
if not defined BASE (
    echo set-up: no Python 3.11 or newer was found: install one from python.org, then run the same command again. 1>&2
    exit /b 2
)

%BASE% -P -m installer.setup_environment 1>&2
if errorlevel 1 exit /b %errorlevel%
set "PYTHONPATH="
if not defined ANOMALYGPT_PACK_SOURCE if exist "%PROJECT%\.venv\packs" set "ANOMALYGPT_PACK_SOURCE=%PROJECT%\.venv\packs"
"%PROJECT%\.venv\Scripts\python.exe" "%PROJECT%\main.py" %*
exit /b %errorlevel%

:try
if defined BASE exit /b
if "%~1"=="" exit /b
%~1 -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>&1 && set "BASE=%~1"
exit /b
