from __future__ import annotations

from pathlib import Path

import pytest

from casedesk.base.errors import StoreUnavailable
from casedesk.store import shared_folders
from casedesk.store.cabinet import Store
from tests.conftest import QUICK

MOUNTS = """22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:45 / /srv/office rw - nfs4 server:/office rw
41 40 8:2 / /srv/office/own\\040disk rw - ext4 /dev/sdb1 rw
42 22 0:46 / /mnt/share rw,nosuid shared:9 master:2 - cifs //nas/share rw
"""


@pytest.mark.parametrize(("place", "kind"), [
    ("/home/a/cabinet", "ext4"), ("/srv/office/cabinet", "nfs4"), ("/srv/office/own disk/cabinet", "ext4"),
    ("/mnt/share", "cifs"), ("/mnt/shared", "ext4")])
def test_the_mount_a_folder_lies_on_decides(place: str, kind: str) -> None:
    assert shared_folders.mounted_as(Path(place), MOUNTS) == kind


def test_a_network_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mounts").write_text(f"42 22 0:46 / {tmp_path.resolve()}/share rw - cifs //nas/share rw\n")
    monkeypatch.setattr(shared_folders, "_MOUNTS", tmp_path / "mounts")
    found = shared_folders.danger(tmp_path / "share" / "cabinet")
    assert found is not None
    assert "(cifs)" in found[0]
    assert shared_folders.danger(tmp_path / "cabinet") is None
    assert shared_folders.danger(Path("//nas/share/cabinet")) is not None


@pytest.mark.parametrize("name", ["OneDrive", "OneDrive - 某律所", "Dropbox", "Dropbox (Personal)", "坚果云",
                                  "OneDrive-Personal", "iCloud Drive", "iCloud云盘", "Google Drive", "BaiduSyncdisk",
                                  "百度网盘", "BaiduNetdiskWorkspace", "阿里云盘", "微云", "WPS云盘", "SynologyDrive"])
def test_a_folder_of_a_cloud_service_is_told_by_its_name(tmp_path: Path, name: str) -> None:
    found = shared_folders.danger(tmp_path / name / "a" / "cabinet")
    assert found is not None
    assert name in found[0]
    (tmp_path / name / "b").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / name / "b")
    assert shared_folders.danger(tmp_path / "link" / "cabinet") is not None


@pytest.mark.parametrize("name", ["案件", "boxes", "office", "云南百度案", "my cases", "onedrives"])
def test_other_folders_are_not(tmp_path: Path, name: str) -> None:
    assert shared_folders.danger(tmp_path / name / "cabinet") is None


@pytest.mark.parametrize("sign", [".dropbox", ".stfolder", ".sync_0123.db"])
def test_a_folder_of_a_cloud_service_is_told_by_its_marks(tmp_path: Path, sign: str) -> None:
    (tmp_path / "mine" / "a").mkdir(parents=True)
    (tmp_path / "mine" / sign).mkdir()
    assert shared_folders.danger(tmp_path / "mine" / "a") is not None
    assert shared_folders.danger(tmp_path / "other") is None


def test_no_new_cabinet_is_made_there_and_an_old_one_still_opens(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cloud service"):
        Store.create(tmp_path / "Dropbox" / "cabinet", "pass", cost=QUICK)
    assert not (tmp_path / "Dropbox").exists()
    store, _ = Store.create(tmp_path / "cabinet", "pass", cost=QUICK)
    store.close()
    (tmp_path / "Dropbox").mkdir()
    moved = (tmp_path / "cabinet").rename(tmp_path / "Dropbox" / "cabinet")
    Store.open(moved, store.key).close()
