output "bucket" {
  description = "The bucket"
  value       = aws_s3_bucket.state.bucket
}

output "kms_key_arn" {
  description = "The key its objects are encrypted by"
  value       = aws_kms_key.state.arn
}

output "backend_config" {
  description = "For ../backend.hcl; put the environment into the key"
  value       = <<-HCL
    bucket       = "${aws_s3_bucket.state.bucket}"
    key          = "dev/terraform.tfstate"
    region       = "${var.aws_region}"
    encrypt      = true
    use_lockfile = true
  HCL
}
