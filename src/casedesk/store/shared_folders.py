"""Whether a folder is one where SQLite's locks and writes do not hold: on the network, or copied to a cloud meanwhile.

Folder names and marker files are those the sync programs make (from memory, unverified); what is not recognised is not
warned about.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from casedesk.base.i18n import tr

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "ncpfs", "afs", "ceph", "fuse.ceph", "fuse.glusterfs",
            "davfs", "fuse.davfs2", "fuse.sshfs", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.google-drive-ocamlfuse",
            "fuse.s3fs"}
_CLOUD_NAMES = re.compile(
    r"onedrive([ -].*)?|dropbox([ -].*)?|google ?drive|my drive|我的云端硬盘|icloud ?(drive|云盘)|mobile documents|"
    r"cloudstorage|box sync|nextcloud|owncloud|seafile|mega(sync)?|pcloud ?drive|synology ?drive|yandex\.disk|"
    r"nutstore( files)?|(我的)?坚果云|baidu(syncdisk|netdisk(workspace)?|yun)|百度网盘(同步(空间|盘)?)?|"
    r"百度云(同步盘)?|adrive|阿里云盘|wpsdrive|wps ?(云盘|cloud files)|weiyun(sync)?|(腾讯)?微云(同步(助手|盘))?|"
    r"天翼云盘|115网盘|夸克网盘",
    re.IGNORECASE)
_CLOUD_SIGNS = (".dropbox", ".dropbox.cache", ".stfolder", ".tmp.drivedownload", ".tmp.driveupload", ".sync_*.db",
                "._sync_*.db", ".owncloudsync.log", ".sync/ID", ".nutstore*", ".seafile-data")
_CLOUD_VARIABLES = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")


def danger(folder: Path) -> tuple[str, str] | None:
    """What is wrong with keeping a cabinet there and what to do instead; None when nothing is known against it."""
    place = folder.absolute()
    instead = tr("Move the closed cabinet to a folder of this computer's own disk, and send backups there instead.")
    kind = _network(place)
    if kind:
        return tr("{folder} lies on the network ({kind}): locks do not hold there, and a cabinet can be damaged.",
                  folder=folder, kind=kind), instead
    name = _cloud(place)
    if name:
        return tr("{folder} is copied by a cloud service ({name}): it may copy or put back half a change.",
                  folder=folder, name=name), instead
    return None


def _cloud(place: Path) -> str:
    chosen = [Path(os.environ[name]) for name in _CLOUD_VARIABLES if os.environ.get(name)]
    real = place.resolve()  # a link may lead there
    for one in (place, *place.parents, real, *real.parents):
        if one in chosen or _CLOUD_NAMES.fullmatch(one.name):
            return one.name
        if one.is_dir() and any(next(one.glob(sign), None) for sign in _CLOUD_SIGNS):
            return one.name
    return ""


def _network(place: Path) -> str:
    if str(place).startswith(("\\\\", "//")):
        return "UNC"
    if sys.platform == "win32":
        import ctypes

        remote = ctypes.windll.kernel32.GetDriveTypeW(f"{place.drive}\\") == 4  # DRIVE_REMOTE
        return "DRIVE_REMOTE" if remote else ""
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:  # not Linux
        return ""
    kind = mounted_as(place.resolve(), mounts)
    return kind if kind in _NETWORK else ""


def mounted_as(place: Path, mounts: str) -> str:
    """The kind of file system a place lies on, by /proc/self/mountinfo (proc(5)): the longest mount point wins."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields[4]))
        if place.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), after.split(" ", 1)[0]
    return kind
