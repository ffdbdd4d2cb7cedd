variable "aws_region" {
  description = "AWS region of the bucket, such as eu-central-1"
  type        = string
  default     = "eu-central-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.aws_region))
    error_message = "aws_region must be the name of a region, such as eu-central-1."
  }
}

variable "bucket_name" {
  description = "Name of the bucket; no other in the world may have it, so the account number is a good part of it"
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name must be 3 to 63 lower-case letters, digits and hyphens."
  }
}

variable "owner" {
  description = "Who to ask about it; a tag on everything"
  type        = string
  default     = "sre"

  validation {
    condition     = length(var.owner) > 0
    error_message = "owner must not be empty."
  }
}

variable "kept_days" {
  description = "How long replaced versions of the state are kept, days; the last ten always are"
  type        = number
  default     = 90

  validation {
    condition     = var.kept_days >= 30 && floor(var.kept_days) == var.kept_days
    error_message = "kept_days must be a whole number, 30 or more."
  }
}
