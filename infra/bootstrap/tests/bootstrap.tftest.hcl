# B28: the bucket for the state.

mock_provider "aws" {
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-central-1:111122223333:key/mock" }
  }
}

variables {
  bucket_name = "cicada-terraform-state-111122223333"
}

run "bucket" {
  command = plan

  assert {
    condition     = aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled"
    error_message = "Versioned."
  }
  assert {
    condition     = alltrue([aws_s3_bucket_public_access_block.state.block_public_acls, aws_s3_bucket_public_access_block.state.block_public_policy, aws_s3_bucket_public_access_block.state.ignore_public_acls, aws_s3_bucket_public_access_block.state.restrict_public_buckets])
    error_message = "Not public."
  }
  assert {
    condition     = tolist(aws_s3_bucket_server_side_encryption_configuration.state.rule)[0].apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms" && aws_kms_key.state.enable_key_rotation
    error_message = "Encrypted by a key that rotates."
  }
  assert {
    condition     = strcontains(output.backend_config, "use_lockfile = true")
    error_message = "The backend's configuration locks."
  }
}

run "name_upper_case" {
  command = plan
  variables {
    bucket_name = "Cicada"
  }
  expect_failures = [var.bucket_name]
}

run "region_no_digit" {
  command = plan
  variables {
    aws_region = "eu-central"
  }
  expect_failures = [var.aws_region]
}

run "owner_empty" {
  command = plan
  variables {
    owner = ""
  }
  expect_failures = [var.owner]
}

run "versions_gone_too_soon" {
  command = plan
  variables {
    kept_days = 7
  }
  expect_failures = [var.kept_days]
}

run "other_values" {
  command = plan
  variables {
    aws_region = "us-east-1"
    owner      = "platform"
    kept_days  = 365
  }
}
