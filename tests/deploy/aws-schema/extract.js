// SPDX-License-Identifier: MIT
//
// extract.js - distils the schema of the Terraform AWS provider from npm's @cdktf/provider-aws, which is
// generated from it: the same names, types and nesting in other words.
//
//     node extract.js PACKAGE/lib FOLDER... >schema.json
//
// What stands where in the generated code:
//   index.js    synthesizeHclAttributes() and one <struct>ToHclTerraform() per nested struct list every
//               argument with isBlock, type and storageClassType; comments before getters name the
//               attributes that can only be read.
//   index.d.ts  "readonly x?:" is optional, "readonly x:" required, "X[]" a block that may be repeated;
//               the link in the comment before it has the name as Terraform spells it.
// Not there: whether an optional argument is also computed. All are declared as both, except tags.

'use strict';

const fs = require('fs');
const path = require('path');

const SCALARS = { string: 'string', number: 'number', boolean: 'bool', any: 'string' };
const MAPS = { StringMap: ['map', 'string'], NumberMap: ['map', 'number'], BooleanMap: ['map', 'bool'] };
const COLLECTIONS = { map: 'map', set: 'set' }; // anything else is a list

const collection = (type, element) => [COLLECTIONS[type] || 'list', element];
const lower = name => name[0].toLowerCase() + name.slice(1);
const upper = name => name[0].toUpperCase() + name.slice(1);

/** interface -> {argument: {optional, repeated}} */
function parseInterfaces(source) {
    const interfaces = {};
    for (const [, name, body] of source.matchAll(/export interface (\w+)(?: extends [\w.]+)? \{([\s\S]*?)\n\}/g)) {
        const fields = {};
        const field = /#(\w+) \w+#\w+\}[^]*?readonly (\w+)(\??): ([^;]*(?:;\s*\})?[^;]*);/g;
        for (const [, terraformName, , optional, type] of body.matchAll(field))
            fields[terraformName] = { optional: optional === '?', repeated: /\[\]/.test(type) };
        interfaces[name] = fields;
    }
    return interfaces;
}

/** the body of a function that lists arguments -> {argument: {value, isBlock, type, storage}} */
function parseArguments(body) {
    const found = {};
    const entry =
        /\n\s+"?(\w+)"?: \{\n\s+value: ([^\n]*),\n\s+isBlock: (true|false),\n\s+type: "(\w+)",\n\s+storageClassType: "(\w+)",/g;
    for (const [, name, value, isBlock, type, storage] of body.matchAll(entry))
        found[name] = { value, isBlock: isBlock === 'true', type, storage };
    return found;
}

/** One generated folder: its structs, classes and interfaces, and the schemas made from them. */
class Folder {
    constructor(folder) {
        const read = ending =>
            fs
                .readdirSync(folder)
                .filter(file => file.endsWith(ending))
                .map(file => fs.readFileSync(path.join(folder, file), 'utf8'))
                .join('\n');
        const code = read('.js');
        this.interfaces = parseInterfaces(read('.d.ts'));
        this.structs = {};
        for (const [, name, body] of code.matchAll(/function (\w+)ToHclTerraform\(struct\) \{([\s\S]*?)\n\}\n/g))
            this.structs[name] = parseArguments(body);
        this.classes = {};
        for (const [, name, base, body] of code.matchAll(
            /\nclass (\w+) extends cdktf\.(\w+) \{([\s\S]*?)\n\}\n(?=exports\.)/g,
        ))
            this.classes[name] = { base, body };
    }

    /** The type of an attribute that a generated class stands for. */
    classType(name, isSet) {
        for (const [ending, wrap] of [
            ['List', isSet ? 'set' : 'list'],
            ['Map', 'map'],
        ])
            if (name.endsWith(ending) && this.classes[name])
                return [wrap, this.classType(name.slice(0, -ending.length) + 'OutputReference')];
        if (!this.classes[name]) return 'dynamic';
        const fields = this.readOnly(this.classes[name].body);
        const struct = this.structs[lower(name.replace(/OutputReference$/, ''))] || {};
        for (const [field, argument] of Object.entries(struct)) fields[field] ??= this.argumentType(argument);
        return ['object', fields];
    }

    /** The attributes of a class that can only be read -> their types. */
    readOnly(body) {
        const found = {};
        const comment = String.raw`\/\/ (\w+) - computed: true, optional: false, required: false\n\s+`;
        const getter = new RegExp(comment + String.raw`get \w+\(\) \{\n\s+return ([^\n]*);`, 'g');
        for (const [, name, expression] of body.matchAll(getter)) {
            const list = element => [/tolist/.test(expression) ? 'set' : 'list', element];
            if (/getStringAttribute/.test(expression)) found[name] = 'string';
            else if (/getNumberAttribute/.test(expression)) found[name] = 'number';
            else if (/getBooleanAttribute/.test(expression)) found[name] = 'bool';
            else if (/getNumberListAttribute/.test(expression)) found[name] = list('number');
            else if (/getListAttribute/.test(expression)) found[name] = list('string');
            else found[name] = 'dynamic';
        }
        const field = new RegExp(
            comment + String.raw`this\._\w+ = new (cdktf\.)?(\w+)\(this, "\w+"(?:, (\w+))?\)`,
            'g',
        );
        for (const [, name, ofLibrary, type, isSet] of body.matchAll(field))
            found[name] = ofLibrary ? MAPS[type] || 'dynamic' : this.classType(type, isSet === 'true');
        return found;
    }

    structOf(argument) {
        return [...argument.value.matchAll(/(\w+)ToHclTerraform/g)].map(m => m[1]).find(name => this.structs[name]);
    }

    argumentType(argument) {
        if (argument.type === 'simple') return SCALARS[argument.storage] || 'dynamic';
        const plain = argument.storage.match(/^(string|number|boolean|any)(List|Map|Set)$/);
        if (plain) return collection(argument.type, SCALARS[plain[1]]);
        const struct = this.structOf(argument);
        if (!struct) return 'string'; // a set must not be of dynamic type
        const fields = {};
        for (const [name, inner] of Object.entries(this.structs[struct])) fields[name] = this.argumentType(inner);
        const reference = this.classes[upper(struct) + 'OutputReference'];
        if (reference)
            for (const [name, type] of Object.entries(this.readOnly(reference.body))) fields[name] ??= type;
        return argument.type === 'struct' ? ['object', fields] : collection(argument.type, ['object', fields]);
    }

    block(args, fields = {}, body = '') {
        const block = { attributes: {}, block_types: {} };
        for (const [name, type] of Object.entries(this.readOnly(body)))
            block.attributes[name] = { type, computed: true };
        const alsoComputed = new Set(
            [...body.matchAll(/\/\/ (\w+) - computed: true, optional: true, required: \w+/g)].map(m => m[1]),
        );
        for (const [name, argument] of Object.entries(args)) {
            const optional = fields[name] ? fields[name].optional : true;
            if (argument.isBlock && alsoComputed.has(name))
                block.attributes[name] = { type: this.argumentType(argument), optional: true, computed: true };
            else if (argument.isBlock) block.block_types[name] = this.nested(argument, fields[name], optional);
            else
                block.attributes[name] = {
                    type: this.argumentType(argument),
                    ...(optional ? { optional: true, computed: name !== 'tags' } : { required: true }),
                };
        }
        return block;
    }

    nested(argument, field, optional) {
        const struct = this.structOf(argument);
        const reference = struct && this.classes[upper(struct) + 'OutputReference'];
        const repeated = field ? field.repeated : /listMapper/.test(argument.value);
        const isMap = argument.type === 'map';
        const single = argument.type === 'struct';
        return {
            nesting: single ? 'single' : argument.type,
            min_items: isMap || optional ? 0 : 1,
            max_items: single || isMap || repeated ? 0 : 1,
            block: struct
                ? this.block(this.structs[struct], this.interfaces[upper(struct)], reference?.body)
                : { attributes: {}, block_types: {} },
        };
    }

    /** Calls found(kind, type, schema, version) for the resource, data source or provider in here. */
    schemas(found) {
        for (const [name, { base, body }] of Object.entries(this.classes)) {
            if (!/^Terraform(Resource|DataSource|Provider)$/.test(base)) continue;
            const [, list = ''] = body.match(/synthesizeHclAttributes\(\) \{([\s\S]*)$/) || [];
            const [, type] = body.match(/terraformResourceType: '(\w+)'/) || [];
            const [, version] = body.match(/providerVersion: '([\d.]+)'/) || [];
            const block = this.block(parseArguments(list), this.interfaces[name + 'Config'], body);
            if (base === 'TerraformProvider') delete block.attributes.alias; // Terraform's own
            else block.attributes.id ??= { type: 'string', optional: true, computed: true };
            found(base, type, { version: 0, block }, version);
        }
    }
}

function main(lib, folders) {
    const all = { version: null, provider: null, resources: {}, data: {} };
    for (const folder of folders)
        new Folder(path.join(lib, folder)).schemas((kind, type, schema, version) => {
            all.version ??= version;
            if (kind === 'TerraformProvider') all.provider = schema;
            else all[kind === 'TerraformResource' ? 'resources' : 'data'][type] = schema;
        });
    // One type a line: short to read, and a change shows as the lines it changed.
    const lines = group =>
        Object.keys(all[group])
            .sort()
            .map(type => `${JSON.stringify(type)}:${JSON.stringify(all[group][type])}`)
            .join(',\n');
    process.stdout.write(
        `{"version":${JSON.stringify(all.version)},\n"provider":${JSON.stringify(all.provider)},\n` +
            `"resources":{\n${lines('resources')}\n},\n"data":{\n${lines('data')}\n}}\n`,
    );
}

const [lib, ...folders] = process.argv.slice(2);
if (!lib || folders.length === 0) {
    console.error('usage: node extract.js PACKAGE/lib FOLDER... >schema.json');
    process.exit(2);
}
main(lib, folders);
