"""Model packs: weights with a manifest, pinned by SHA-256, converted once, verified before every use.

`install_pack` and `import_pack` put them into a models folder, `verify_pack` opens one. Which network reads the weights
is left to `inference.backbones`.
"""

from inference.model_packs.fetching import has_local_source
from inference.model_packs.installed import InstalledPack, PackStatus, list_packs, verify_pack
from inference.model_packs.installing import DEFAULT_PACKS, identify_packs, import_pack, install_pack
from inference.model_packs.manifest import PackManifest, find_manifest, read_manifests

__all__ = [
    "DEFAULT_PACKS",
    "InstalledPack",
    "PackManifest",
    "PackStatus",
    "find_manifest",
    "has_local_source",
    "identify_packs",
    "import_pack",
    "install_pack",
    "list_packs",
    "read_manifests",
    "verify_pack",
]
