#!/usr/bin/env node
// SPDX-License-Identifier: MIT
//
// provider.js - a stand-in for the Terraform AWS provider: the real schema, simulated resources. With it
// the real terraform runs init, validate, test, plan, apply and destroy without the internet. It does not
// check values as the real one does (name patterns, CIDR syntax, arguments that exclude each other).
//
// STANDIN_MODULES names the folder of its npm packages, STANDIN_FAIL a step to refuse (cloud.js).

'use strict';

const fs = require('fs');
const path = require('path');
const { createRequire } = require('module');

const packages = createRequire(path.join(process.env.STANDIN_MODULES || __dirname, 'package.json'));
const grpc = packages('@grpc/grpc-js');
const loader = packages('@grpc/proto-loader');
const { encode, decode, ExtensionCodec } = packages('@msgpack/msgpack');

const cloud = require('./cloud');
const { schemasMessage } = require('./schema');
const { UNKNOWN, Unknown, awaitComputed, fillComputed } = require('./values');

const schema = JSON.parse(fs.readFileSync(path.join(__dirname, '../aws-schema/schema.json')));

// ---- Values on the wire --------------------------------------------------------------------------

const UNKNOWN_EXTENSION = 0;
const REFINED_UNKNOWN_EXTENSION = 12;

const extensionCodec = new ExtensionCodec();
extensionCodec.register({
    type: UNKNOWN_EXTENSION,
    encode: value => (value instanceof Unknown ? new Uint8Array([0]) : null),
    decode: () => UNKNOWN,
});
extensionCodec.register({ type: REFINED_UNKNOWN_EXTENSION, encode: () => null, decode: () => UNKNOWN });

function unpack(value) {
    if (value?.msgpack?.length) return decode(value.msgpack, { extensionCodec });
    if (value?.json?.length) return JSON.parse(value.json);
    return null;
}

const pack = value => ({ msgpack: Buffer.from(encode(value, { extensionCodec })) });

// ---- The provider --------------------------------------------------------------------------------

let defaultTags = {};

/** tags_all as the real provider plans it: the provider's default tags under the resource's own. */
function mergeTags(block, value) {
    if (!value || !block.attributes.tags_all) return;
    value.tags_all = value.tags === UNKNOWN ? UNKNOWN : { ...defaultTags, ...value.tags };
}

const provider = {
    GetSchema: () => schemasMessage(schema),
    PrepareProviderConfig: ({ config }) => ({ prepared_config: config }),
    ValidateResourceTypeConfig: () => ({}),
    ValidateDataSourceConfig: () => ({}),
    Configure({ config }) {
        const tags = unpack(config)?.default_tags?.[0]?.tags;
        defaultTags = tags && tags !== UNKNOWN ? tags : {};
        return {};
    },
    UpgradeResourceState: ({ raw_state }) => ({ upgraded_state: pack(JSON.parse(raw_state.json)) }),
    ReadResource: ({ current_state, private: kept }) => ({ new_state: current_state, private: kept }),
    PlanResourceChange({ type_name, prior_state, proposed_new_state }) {
        const { block } = schema.resources[type_name];
        const planned = unpack(proposed_new_state);
        mergeTags(block, planned);
        if (unpack(prior_state) === null) awaitComputed(block, planned);
        return { planned_state: pack(planned), legacy_type_system: true };
    },
    async ApplyResourceChange({ type_name, prior_state, planned_state }) {
        const prior = unpack(prior_state);
        const value = fillComputed(type_name, schema.resources[type_name].block, unpack(planned_state));
        if (value && !prior) await cloud.create(type_name, value);
        if (!value && prior) await cloud.remove(type_name, prior);
        return { new_state: pack(value), legacy_type_system: true };
    },
    ReadDataSource({ type_name, config }) {
        const { block } = schema.data[type_name];
        return { state: pack(fillComputed(type_name, block, awaitComputed(block, unpack(config)))) };
    },
    Stop: () => ({}),
};

// ---- Serving -------------------------------------------------------------------------------------

const ERROR = 1;

/** A method of the provider as gRPC calls it; what it throws becomes Terraform's diagnostic. */
const serve = method => async (call, callback) => {
    try {
        callback(null, await method(call.request));
    } catch (error) {
        const summary = `stand-in provider: ${call.request.type_name || 'failed'}`;
        const answer = { diagnostics: [{ severity: ERROR, summary, detail: error.message }] };
        // Terraform then keeps what the state said before.
        if (call.request.prior_state) answer.new_state = call.request.prior_state;
        callback(null, answer);
    }
};

function service(file, pick) {
    const definition = loader.loadSync(path.join(__dirname, file), {
        keepCase: true,
        longs: Number,
        enums: Number,
        defaults: true,
    });
    return pick(grpc.loadPackageDefinition(definition)).service;
}

const server = new grpc.Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
server.addService(
    service('tfplugin5.proto', root => root.tfplugin5.Provider),
    Object.fromEntries(Object.entries(provider).map(([name, method]) => [name, serve(method)])),
);
server.addService(
    service('plugin.proto', root => root.plugin.GRPCController),
    {
        Shutdown(call, callback) {
            callback(null, {});
            setImmediate(() => server.tryShutdown(() => process.exit(0)));
        },
    },
);
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    // Handshake: core protocol 1, plugin protocol 5.
    process.stdout.write(`1|5|tcp|127.0.0.1:${port}|grpc\n`);
});
