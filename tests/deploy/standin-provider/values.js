// SPDX-License-Identifier: MIT
//
// values.js - what the cloud would have filled in: unknown while planning, made up when applying. The
// values are the same in every run, and in the form of the real ones where something looks at the form.

'use strict';

const { createHash } = require('crypto');

const ACCOUNT = '123456789012';

class Unknown {}
const UNKNOWN = new Unknown();

// The schema cannot tell which optional arguments the cloud fills in when they are left out; these are
// the ones our configuration reads.
const FILLED_IN = new Set(['id', 'arn', 'name', 'availability_zone']);

const region = () => process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || 'eu-central-1';
const awaited = (name, attribute) => attribute.computed && (!attribute.optional || FILLED_IN.has(name));

/** Calls f(nested, element) for every nested block of a value. */
function eachNested(block, value, f) {
    for (const [name, { block: nested }] of Object.entries(block.block_types)) {
        const elements = value[name];
        if (elements == null || elements === UNKNOWN) continue;
        for (const element of Array.isArray(elements) ? elements : [elements]) f(nested, element);
    }
}

/** Makes unknown what only the cloud will know. */
function awaitComputed(block, value) {
    if (value == null || value === UNKNOWN) return value;
    for (const [name, attribute] of Object.entries(block.attributes))
        if (awaited(name, attribute) && value[name] == null) value[name] = UNKNOWN;
    eachNested(block, value, awaitComputed);
    return value;
}

/** Replaces unknown values by made-up ones. */
function fillComputed(type, block, value) {
    if (value == null || value === UNKNOWN) return value;
    const names = Object.keys(block.attributes).filter(name => value[name] === UNKNOWN);
    // Others are made from the id, so it comes first.
    for (const name of names.sort((a, b) => (b === 'id') - (a === 'id')))
        value[name] = madeUp(type, name, block.attributes[name].type, value);
    eachNested(block, value, (nested, element) => fillComputed(type, nested, element));
    return value;
}

/** Eight hexadecimal digits that stand for a resource: the same arguments, the same digits. */
const digest = (type, value) =>
    createHash('sha256')
        .update(type + JSON.stringify(value, (_, v) => (v === UNKNOWN || typeof v === 'bigint' ? String(v) : v)))
        .digest('hex')
        .slice(0, 8);

const SERVICE = {
    aws_iam_role: ['iam', value => `role/${value.name}`],
    aws_eks_cluster: ['eks', value => `cluster/${value.name}`],
    aws_eks_node_group: ['eks', value => `nodegroup/${value.cluster_name}/${value.node_group_name}/${value.id}`],
    aws_ecr_repository: ['ecr', value => `repository/${value.name}`],
    aws_cloudwatch_log_group: ['logs', value => `log-group:${value.name}`],
    aws_kms_key: ['kms', value => `key/${value.id}`],
    aws_sns_topic: ['sns', value => value.name],
    aws_s3_bucket: ['s3', value => value.bucket],
};

function arn(type, value) {
    const [service, path] = SERVICE[type] || ['ec2', v => `${type.slice(4).replaceAll('_', '-')}/${v.id}`];
    const place = service === 'iam' ? `:${ACCOUNT}` : service === 's3' ? ':' : `${region()}:${ACCOUNT}`;
    return `arn:aws:${service}:${place}:${path(value)}`;
}

const STRINGS = {
    id: (type, value) =>
        (typeof value.name === 'string' && value.name) ||
        (type === 'aws_eks_addon' && `${value.cluster_name}:${value.addon_name}`) ||
        `${type.slice(4).replaceAll('_', '-')}-${digest(type, value)}`,
    name: (type, value) => `${value.name_prefix || type.slice(4)}${digest(type, value)}`,
    arn,
    account_id: () => ACCOUNT,
    partition: () => 'aws',
    dns_suffix: () => 'amazonaws.com',
    endpoint: (type, value) => `https://${digest(type, value).toUpperCase()}.gr7.${region()}.eks.amazonaws.com`,
    data: () => Buffer.from('stand-in certificate authority').toString('base64'),
    repository_url: (type, value) => `${ACCOUNT}.dkr.ecr.${region()}.amazonaws.com/${value.name}`,
    status: () => 'ACTIVE',
    public_ip: (type, value) => `198.51.100.${parseInt(digest(type, value), 16) % 254}`,
};

function madeUp(type, name, of, value) {
    if (of === 'string') return STRINGS[name] ? STRINGS[name](type, value) : `${name}-${digest(type, value)}`;
    if (of === 'number') return 0;
    if (of === 'bool') return false;
    if (of === 'dynamic') return null;
    const [kind, inner] = of;
    if (kind === 'map') return {};
    if (kind === 'object')
        return Object.fromEntries(Object.entries(inner).map(([field, t]) => [field, madeUp(type, field, t, value)]));
    if (Array.isArray(inner) && inner[0] === 'object') return [madeUp(type, name, inner, value)];
    if (type === 'aws_availability_zones' && name === 'names') return ['a', 'b', 'c'].map(zone => region() + zone);
    return [];
}

module.exports = { UNKNOWN, Unknown, awaitComputed, fillComputed, region };
