// SPDX-License-Identifier: MIT
// instructions.js FILE - a Dockerfile as JSON: [{"instruction", "flags": {name: value}, "text"}].
const { readFileSync } = require("node:fs");
const { DockerfileParser } = require("dockerfile-ast");

const file = DockerfileParser.parse(readFileSync(process.argv[2], "utf8"));
const list = file.getInstructions().map((one) => ({
  instruction: one.getInstruction(),
  flags: Object.fromEntries(
    (one.getFlags?.() ?? []).map((flag) => [flag.getName(), flag.getValue()]),
  ),
  text: one.getArguments().map(String).join(" "),
}));
console.log(JSON.stringify(list));
