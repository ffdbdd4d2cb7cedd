# SPDX-License-Identifier: MIT
"""check_provenance.py FILE - whether in-toto's own messages hold it; a field they don't know is an error."""

import json
import sys

from google.protobuf import json_format
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement

with open(sys.argv[1], encoding="utf-8") as file:
    document = json.load(file)
Statement.copy_from_pb(json_format.ParseDict(document, statement_pb2.Statement())).validate()
provenance = json_format.ParseDict(document["predicate"], provenance_pb2.Provenance())
assert provenance.build_definition.build_type and provenance.run_details.builder.id
