# The image repository.

resource "aws_ecr_repository" "this" {
  name = var.cluster_name

  # A version or a commit is pushed once and stays what it was; "latest" may move.
  image_tag_mutability = "IMMUTABLE_WITH_EXCLUSION"
  image_tag_mutability_exclusion_filter {
    filter      = "latest"
    filter_type = "WILDCARD"
  }

  image_scanning_configuration {
    scan_on_push = var.ecr_scan_on_push
  }

  encryption_configuration {
    encryption_type = var.encrypt_images_with_kms ? "KMS" : "AES256"
    kms_key         = local.images_key
  }

  # scripts/destroy.sh empties it first, after asking.
  force_delete = false
}

resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name

  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Untagged images go after a day"
        selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 1 }
        action       = { type = "expire" }
      },
      {
        rulePriority = 2
        description  = "Of the tagged ones the last stay"
        selection = {
          tagStatus      = "tagged"
          tagPatternList = ["*"]
          countType      = "imageCountMoreThan"
          countNumber    = var.ecr_kept_images
        }
        action = { type = "expire" }
      },
    ]
  })
}
