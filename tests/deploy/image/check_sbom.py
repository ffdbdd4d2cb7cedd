# SPDX-License-Identifier: MIT
"""check_sbom.py FILE - whether CycloneDX's own validator takes it, unknown fields included."""

import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

with open(sys.argv[1], encoding="utf-8") as file:
    sys.exit(JsonStrictValidator(SchemaVersion.V1_5).validate_str(file.read()))
