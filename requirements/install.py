"""Make `.venv` and install one of the hashed requirements files into it, where that is not done yet.

Called by the Makefile with whatever Python the machine has, so it needs nothing but the standard library and still
reads under an old Python, to say what is missing.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
HERE = Path(__file__).resolve().parent
VENV = HERE.parent / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed-requirements"
LOCK = HERE.parent / "var" / "venv.lock"


def main(name: str) -> None:
    """Install `requirements/<name>.txt`; one run at a time, and only what changed."""
    if sys.version_info < OLDEST:
        sys.exit("The portal needs Python 3.11 or newer, this is {}.{}.".format(*sys.version_info))
    try:
        import ensurepip  # noqa: F401
        import fcntl
        import venv  # noqa: F401
    except ImportError as error:
        sys.exit(f"This Python lacks {error.name} (on Debian and Ubuntu: apt-get install python3-venv).")
    os.umask(0o022)  # As root, the database's system user must be able to read what is installed.
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_usable():
            print("Creating .venv …", flush=True)
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        if not is_installed(name):
            install(name)


def is_usable() -> bool:
    """Tell whether `.venv` has a Python that runs and a pip; after a killed run or a Python upgrade it may not."""
    command = [str(PYTHON), "-c", f"import pip, sys; sys.exit(sys.version_info < {OLDEST})"]
    try:
        return subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def is_installed(name: str) -> bool:
    """Tell whether the file, or the development file that contains it, was the last one installed, as it is now."""
    return STAMP.is_file() and STAMP.read_text() in {stamp(name), stamp("development")}


def install(name: str) -> None:
    """Install the file with pip, show how far it is, and remember which one it was."""
    STAMP.unlink(missing_ok=True)
    requirements = HERE / f"{name}.txt"
    total = sum("==" in line for line in requirements.read_text().splitlines())
    print(f"Installing requirements/{name}.txt ({total} packages) …", flush=True)
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--require-hashes", "--no-deps"]
    with subprocess.Popen(
        [*command, "--requirement", str(requirements)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        words, found = [], 0
        for line in pip.stdout or ():
            words.append(line)
            if line.startswith(("Collecting", "Processing")):
                found += 1
                if found % 10 == 0:
                    print(f"  {found} of {total} fetched", flush=True)
            elif line.startswith("Installing"):
                print("  unpacking …", flush=True)
    if pip.returncode:
        sys.exit("".join(words) + f"requirements/{name}.txt could not be installed: see pip's words above.")
    STAMP.write_text(stamp(name))


def stamp(name: str) -> str:
    """Return a line that changes with the requirements file."""
    return f"{name} {hashlib.sha256((HERE / f'{name}.txt').read_bytes()).hexdigest()}"


if __name__ == "__main__":
    main(sys.argv[1])
