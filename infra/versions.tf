# What must be installed.
#
# .terraform.lock.hcl is not in the tree yet: its checksums can only come from the registry. Make it
# once, on any machine with internet access, and commit it:
#
#   terraform providers lock -platform=linux_amd64 -platform=linux_arm64 -platform=darwin_arm64

terraform {
  # 1.11: S3 state with its own lock file; also mocks in tests and validation across variables.
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.25, < 7"
    }
  }
}
