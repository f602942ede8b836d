"""Offline checking of evidence bundles: the standard library, and what an auditor must trust anyway."""
