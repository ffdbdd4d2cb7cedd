// SPDX-License-Identifier: MIT
//
// schema.js - schema.json as the messages of the plugin protocol.

'use strict';

const NESTING = { single: 1, list: 2, set: 3, map: 4 };

const mapValues = (object, f) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, f(value)]));

const attributeMessage = ([name, { type, required, optional, computed }]) => ({
    name,
    type: Buffer.from(JSON.stringify(type)),
    required: !!required,
    optional: !!optional,
    computed: !!computed,
});

const nestedMessage = ([type_name, nested]) => ({
    type_name,
    nesting: NESTING[nested.nesting],
    min_items: nested.min_items,
    max_items: nested.max_items,
    block: blockMessage(nested.block),
});

const blockMessage = block => ({
    version: 0,
    attributes: Object.entries(block.attributes).map(attributeMessage),
    block_types: Object.entries(block.block_types).map(nestedMessage),
});

const schemaMessage = schema => ({ version: schema.version, block: blockMessage(schema.block) });

/** The answer to GetSchema. */
const schemasMessage = schema => ({
    provider: schemaMessage(schema.provider),
    resource_schemas: mapValues(schema.resources, schemaMessage),
    data_source_schemas: mapValues(schema.data, schemaMessage),
});

module.exports = { schemasMessage };
