"""Fills a model store once: downloads one model at one commit, checks every file, and says so in store.json.

A store that says so already is left alone. A download that was cut goes on where it stopped: finished files are
kept, and the rest of an unfinished one is asked for (HTTP Range).
"""

import hashlib
import json
import os
import pathlib
import sys
import urllib.request

from huggingface_hub import HfApi, snapshot_download
from huggingface_hub.utils import filter_repo_objects

ROOT = pathlib.Path(os.environ["STORE_ROOT"])
FOLDER = ROOT / os.environ["STORE_FOLDER"]
MODEL = os.environ["STORE_MODEL"]
REVISION = os.environ["STORE_REVISION"]
EXCLUDED = json.loads(os.environ["STORE_EXCLUDED"])
ENCODINGS = json.loads(os.environ["STORE_ENCODINGS"])
MARKER = ROOT / "store.json"


def say(text):
    print(text, flush=True)


def is_filled():
    if not MARKER.exists():
        return False
    store = json.loads(MARKER.read_text())
    if (store["model"], store["revision"], store["encodings"]) != (MODEL, REVISION, ENCODINGS):
        return False
    sizes = {name: entry["size"] for name, entry in store["files"].items()}
    return all((FOLDER / name).exists() and (FOLDER / name).stat().st_size == size for name, size in sizes.items())


def digest(path, algorithm, prefix=b""):
    state = hashlib.new(algorithm, prefix)
    with path.open("rb") as file:
        while chunk := file.read(1 << 22):
            state.update(chunk)
    return state.hexdigest()


def is_intact(path, entry):
    """Large files are named by their SHA-256, all others by git's id of their content."""
    if not path.exists() or path.stat().st_size != entry["size"]:
        return False
    if "sha256" in entry:
        return digest(path, "sha256") == entry["sha256"]
    return digest(path, "sha1", b"blob %d\0" % entry["size"]) == entry["blob"]


def fetch_encoding(name, sha256):
    target = ROOT / "encodings" / name
    if target.exists() and digest(target, "sha256") == sha256:
        return
    target.parent.mkdir(exist_ok=True)
    part = target.with_suffix(".part")
    url = f"{os.environ['STORE_ENCODINGS_URL']}/{name}"
    with urllib.request.urlopen(url, timeout=60) as answer:
        part.write_bytes(answer.read())
    if digest(part, "sha256") != sha256:
        sys.exit(f"{url} is not the file that is expected: its SHA-256 is not {sha256}")
    part.rename(target)


def main():
    if is_filled():
        return say(f"{FOLDER} holds {MODEL} at {REVISION} already")
    info = HfApi().model_info(MODEL, revision=REVISION, files_metadata=True)
    wanted = filter_repo_objects(info.siblings, ignore_patterns=EXCLUDED, key=lambda file: file.rfilename)
    files = {
        file.rfilename: {"size": file.size, **({"sha256": file.lfs.sha256} if file.lfs else {"blob": file.blob_id})}
        for file in wanted
    }
    size = sum(entry["size"] for entry in files.values())
    say(f"{MODEL} at {info.sha}: {len(files)} files, {size / 2**30:.1f} GiB")
    snapshot_download(MODEL, revision=info.sha, local_dir=FOLDER, ignore_patterns=EXCLUDED)
    broken = [name for name, entry in files.items() if not is_intact(FOLDER / name, entry)]
    for name in broken:
        (FOLDER / name).unlink(missing_ok=True)
    if broken:
        sys.exit(f"not what the hub announced, to be downloaded again: {', '.join(broken)}")
    for name, sha256 in ENCODINGS.items():
        fetch_encoding(name, sha256)
    store = {"model": MODEL, "revision": REVISION, "commit": info.sha, "encodings": ENCODINGS, "files": files}
    part = MARKER.with_suffix(".part")
    part.write_text(json.dumps(store, indent=1))
    part.rename(MARKER)
    say(f"{FOLDER} is complete, every checksum is right")


main()
