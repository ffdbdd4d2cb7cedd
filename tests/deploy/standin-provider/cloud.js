// SPDX-License-Identifier: MIT
//
// cloud.js - the few resources that the operator's scripts look at, made and deleted for real at
// AWS_ENDPOINT_URL (moto), so that what Terraform did and what the AWS command line sees are one thing.
// A refusal there (a repository that still has images) fails the apply, as it would in the cloud.

'use strict';

const { region } = require('./values');

/** Signed in form only: moto takes service and region from it and checks nothing. */
function headers(service) {
    const scope = `standin/20260101/${region()}/${service}/aws4_request`;
    return { Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` };
}

async function call(service, method, path, body, more = {}) {
    const response = await fetch(process.env.AWS_ENDPOINT_URL.replace(/\/$/, '') + path, {
        method,
        headers: { ...headers(service), ...more },
        body: typeof body === 'string' ? body : body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${service} ${method} ${path}: ${response.status} ${text}`);
    if (text.startsWith('<')) return text;
    return text ? JSON.parse(text) : {};
}

const json = (service, target) => (operation, body) =>
    call(service, 'POST', '/', body, {
        'Content-Type': 'application/x-amz-json-1.1',
        'X-Amz-Target': `${target}.${operation}`,
    });

const ecr = json('ecr', 'AmazonEC2ContainerRegistry_V20150921');
const logs = json('logs', 'Logs_20140328');
const eks = (method, path, body) => call('eks', method, path, body, { 'Content-Type': 'application/json' });

/** EC2 speaks forms and XML; returns the answer's first element of that name, or all of it. */
async function ec2(Action, parameters, element) {
    const form = new URLSearchParams({ Action, Version: '2016-11-15', ...parameters });
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const xml = await call('ec2', 'POST', '/', form.toString(), type);
    return element ? new RegExp(`<${element}>([^<]+)</${element}>`).exec(xml)[1] : xml;
}

function ec2Tags(resource, tags) {
    const form = { 'TagSpecification.1.ResourceType': resource };
    tagList(tags).forEach(({ Key, Value }, i) => {
        form[`TagSpecification.1.Tag.${i + 1}.Key`] = Key;
        form[`TagSpecification.1.Tag.${i + 1}.Value`] = Value;
    });
    return form;
}

const ec2Made = (resource, id) => ({ id, arn: `arn:aws:ec2:${region()}:123456789012:${resource}/${id}` });

const tagList = tags => Object.entries(tags || {}).map(([Key, Value]) => ({ Key, Value }));

const LIVE = {
    // Where balancers and their network interfaces are, which keep it from being deleted.
    aws_vpc: {
        async create(value) {
            const form = { CidrBlock: value.cidr_block, ...ec2Tags('vpc', value.tags_all) };
            return ec2Made('vpc', await ec2('CreateVpc', form, 'vpcId'));
        },
        remove: value => ec2('DeleteVpc', { VpcId: value.id }),
    },
    aws_subnet: {
        async create(value) {
            const place = { VpcId: value.vpc_id, CidrBlock: value.cidr_block };
            const form = { ...place, ...ec2Tags('subnet', value.tags_all) };
            return ec2Made('subnet', await ec2('CreateSubnet', form, 'subnetId'));
        },
        async remove(value) {
            const filters = { 'Filter.1.Name': 'subnet-id', 'Filter.1.Value.1': value.id };
            const busy = await ec2('DescribeNetworkInterfaces', filters);
            if (busy.includes('<networkInterfaceId>'))
                throw new Error(`DependencyViolation: the subnet '${value.id}' has network interfaces`);
            return ec2('DeleteSubnet', { SubnetId: value.id });
        },
    },
    aws_ecr_repository: {
        async create(value) {
            const { repository } = await ecr('CreateRepository', {
                repositoryName: value.name,
                tags: tagList(value.tags_all),
            });
            return { arn: repository.repositoryArn, repository_url: repository.repositoryUri };
        },
        remove: value => ecr('DeleteRepository', { repositoryName: value.name, force: value.force_delete === true }),
    },
    aws_eks_cluster: {
        async create(value) {
            const { cluster } = await eks('POST', '/clusters', {
                name: value.name,
                version: value.version,
                roleArn: value.role_arn,
                resourcesVpcConfig: { subnetIds: value.vpc_config[0].subnet_ids },
                tags: value.tags_all,
            });
            return {
                arn: cluster.arn,
                endpoint: cluster.endpoint,
                certificate_authority: [{ data: cluster.certificateAuthority.data }],
            };
        },
        remove: value => eks('DELETE', `/clusters/${value.name}`),
    },
    aws_eks_node_group: {
        async create(value) {
            const { nodegroup } = await eks('POST', `/clusters/${value.cluster_name}/node-groups`, {
                nodegroupName: value.node_group_name,
                nodeRole: value.node_role_arn,
                subnets: value.subnet_ids,
                tags: value.tags_all,
            });
            return { arn: nodegroup.nodegroupArn };
        },
        remove: value => eks('DELETE', `/clusters/${value.cluster_name}/node-groups/${value.node_group_name}`),
    },
    aws_cloudwatch_log_group: {
        async create(value) {
            await logs('CreateLogGroup', { logGroupName: value.name, tags: value.tags_all });
            if (value.retention_in_days)
                await logs('PutRetentionPolicy', {
                    logGroupName: value.name,
                    retentionInDays: Number(value.retention_in_days),
                });
            return {};
        },
        remove: value => logs('DeleteLogGroup', { logGroupName: value.name }),
    },
};

/** STANDIN_FAIL="create aws_vpc" or "delete aws_vpc": that step is refused. */
function refuse(step, type) {
    if (process.env.STANDIN_FAIL === `${step} ${type}`) throw new Error(`refused, as STANDIN_FAIL asked: ${step} ${type}`);
}

const live = type => (process.env.AWS_ENDPOINT_URL ? LIVE[type] : undefined);

/** Makes it; what the cloud answered goes into the value. */
async function create(type, value) {
    refuse('create', type);
    Object.assign(value, await live(type)?.create(value));
}

async function remove(type, value) {
    refuse('delete', type);
    await live(type)?.remove(value);
}

module.exports = { create, remove };
