# What AWS would have answered, where something looks at the form of it. So the tests need no account.

mock_data "aws_availability_zones" {
  defaults = { names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] }
}

mock_data "aws_caller_identity" {
  defaults = {
    account_id = "111122223333"
    arn        = "arn:aws:sts::111122223333:assumed-role/sre/somebody"
  }
}

mock_data "aws_iam_session_context" {
  defaults = { issuer_arn = "arn:aws:iam::111122223333:role/sre" }
}

mock_data "aws_partition" {
  defaults = { partition = "aws" }
}

mock_resource "aws_eks_cluster" {
  defaults = {
    arn                   = "arn:aws:eks:eu-central-1:111122223333:cluster/mock"
    endpoint              = "https://MOCK.gr7.eu-central-1.eks.amazonaws.com"
    certificate_authority = [{ data = "bW9jaw==" }]
    status                = "ACTIVE"
  }
}

mock_resource "aws_eks_node_group" {
  defaults = {
    status    = "ACTIVE"
    resources = [{ autoscaling_groups = [{ name = "eks-mock" }] }]
  }
}

mock_resource "aws_ecr_repository" {
  defaults = { repository_url = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/cicada" }
}

mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::111122223333:role/mock" }
}

mock_resource "aws_kms_key" {
  defaults = { arn = "arn:aws:kms:eu-central-1:111122223333:key/mock" }
}

mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:eu-central-1:111122223333:mock" }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:eu-central-1:111122223333:log-group:mock" }
}
