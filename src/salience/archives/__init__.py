"""Builds, inspects and verifies TorchServe archives."""

from salience.archives.build import build_archive
from salience.archives.inspection import ArchiveSummary, inspect_archive, verify_archive

__all__ = ["ArchiveSummary", "build_archive", "inspect_archive", "verify_archive"]
