"""Everything `make demo` and `make test` need: the virtual environment, Debian's packages, fonts. Repeats at no cost.

    python3 scripts/setup.py                  install what is missing
    python3 scripts/setup.py --check-tests    exit 1 and name the packages that the tests miss
    python3 scripts/setup.py --print-postgres print where Debian's PostgreSQL has its programs

Standard library only: it runs before anything is installed. Where packages cannot be installed it says so and goes on:
the papers then use the fonts that came by pip.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
LOCK = PROJECT / "requirements-dev.lock"
FONTS = PROJECT / "var" / "fonts"
FONT_PACKAGE = "texlive-lang-chinese"
FONT_FOLDER = Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol")  # where the package puts them
FANDOL = ("FandolFang-Regular.otf", "FandolHei-Regular.otf", "FandolKai-Regular.otf", "FandolSong-Regular.otf")
# Debian package → a file it brings. Fonts for the papers; the rest for the tests.
PACKAGES = {
    "fonts-noto-cjk": "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
    "fonts-liberation": "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
    "libreoffice-writer-nogui": "/usr/bin/soffice",
    "libreoffice-calc-nogui": "/usr/lib/libreoffice/program/libsclo.so",
    "poppler-utils": "/usr/bin/pdftotext",
    "chromium": "/usr/bin/chromium",
    "postgresql-15": "/usr/lib/postgresql/15/bin/postgres",
}


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def run(*command: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, text=True, capture_output=True, **options)  # type: ignore[call-overload,no-any-return]


def make_environment() -> None:
    """Make `.venv` from the lock; a finished one carries the lock's digest and is left alone."""
    stamp = VENV / "complete"
    digest = hashlib.sha256(LOCK.read_bytes() + (PROJECT / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    if sys.version_info < (3, 11):  # noqa: UP036 - this very check
        sys.exit("需要 Python 3.11 或更新版本 / Python 3.11 or later is needed")
    python = VENV / "bin" / "python"
    if not python.exists() or run(str(python), "-m", "pip", "--version").returncode != 0:
        say("正在建立 .venv / making .venv")
        shutil.rmtree(VENV, ignore_errors=True)
        if run(sys.executable, "-m", "venv", str(VENV)).returncode != 0:
            # Debian's python3 comes without ensurepip; its pip can install into a bare environment.
            shutil.rmtree(VENV, ignore_errors=True)
            bare = run(sys.executable, "-m", "venv", "--without-pip", str(VENV))
            pip = run(sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "pip", "setuptools")
            if bare.returncode or pip.returncode:
                sys.exit(f"无法建立 .venv,请安装 python3-venv / cannot make .venv, install python3-venv: {pip.stderr}")
    say("正在安装依赖(约半分钟) / installing the dependencies (about half a minute)")
    pip_install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for arguments in (
        ["--require-hashes", "-r", str(LOCK)],
        ["--no-deps", "--no-build-isolation", "--editable", str(PROJECT)],
    ):
        done = run(*pip_install, *arguments)
        if done.returncode != 0:
            sys.exit(f"安装依赖失败 / installing the dependencies failed:\n{done.stderr[-3000:]}")
    stamp.write_text(digest)


def missing_packages() -> list[str]:
    return [name for name, file in PACKAGES.items() if not Path(file).exists()]


def install_packages() -> None:
    """Install Debian's packages where this user may; the name of each one that is missing afterwards is printed."""
    missing = missing_packages()
    need_fonts = not all((FONTS / name).exists() for name in FANDOL)
    if not missing and not need_fonts:
        return
    if need_fonts and FONT_FOLDER.exists():
        fetch_fonts()
        need_fonts = False
    if shutil.which("apt-get") is None:
        say("此机没有 apt-get,未安装系统软件包 / no apt-get here, no packages were installed: " + " ".join(missing))
        return
    if os.geteuid() == 0:
        run("apt-get", "update")
        if missing:
            say("正在安装系统软件包 / installing packages: " + " ".join(missing))
            # No service may start on the user's machine: the tests run PostgreSQL's programs themselves.
            quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
            for name in missing:  # one by one, so that one that cannot be had does not take the others along
                run("apt-get", "install", "--yes", "--no-install-recommends", name, env=quiet)
    if need_fonts:
        fetch_fonts()
    still = missing_packages()
    if still:
        say("未能安装,演示仍可进行 / could not be installed, the demo works all the same: " + " ".join(still))


def fetch_fonts() -> None:
    """Take the four Fandol fonts out of Debian's package: downloading needs no rights and brings no TeX along."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # apt's own download user must be able to enter it
        say("正在取得公文字体 / fetching the fonts of official papers")
        if not FONT_FOLDER.exists():
            run("apt-get", "download", FONT_PACKAGE, cwd=folder)
            for package in Path(folder).glob("*.deb"):
                run("dpkg-deb", "-x", str(package), folder + "/x")
        found = {path.name: path for place in (FONT_FOLDER, Path(folder)) for path in place.rglob("Fandol*.otf")}
        if not all(name in found for name in FANDOL):
            say("未能取得 Fandol 字体,改用随 pip 安装的字体 / no Fandol fonts, those that came by pip stand in")
            return
        FONTS.mkdir(parents=True, exist_ok=True)
        for name in FANDOL:
            shutil.copy(found[name], FONTS / name)


def main() -> None:
    if "--print-postgres" in sys.argv:
        print(Path(PACKAGES["postgresql-15"]).parent)
        return
    if "--check-tests" in sys.argv:
        missing = missing_packages()
        if not all((FONTS / name).exists() for name in FANDOL):
            missing.append(FONT_PACKAGE)
        if missing:
            sys.exit("测试缺少软件包,请安装 / the tests miss packages, install: apt-get install " + " ".join(missing))
        return
    make_environment()
    install_packages()


if __name__ == "__main__":
    main()
