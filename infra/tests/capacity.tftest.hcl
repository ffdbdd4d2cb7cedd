# X6: how many workers fit, and the warning when the autoscaler may ask for more. tests/deploy has a model of
# the scheduler to compare with.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "ten_t3_medium_do_not_hold_twenty" {
  command         = plan
  expect_failures = [check.worker_capacity]

  # The tenth node has the master: beside the log agent it does not fit next to a worker.
  assert {
    condition     = output.max_schedulable_workers == 9
    error_message = "Nine workers and the master on ten t3.medium."
  }
}

run "without_the_log_agent_ten" {
  command = plan
  variables {
    enable_container_insights = false
    max_workers               = 10
  }

  assert {
    condition     = output.max_schedulable_workers == 10
    error_message = "Ten workers, one of them beside the master."
  }
}

run "seven_t3_xlarge_hold_twenty" {
  command = plan
  variables {
    node_instance_type = "t3.xlarge"
    max_capacity       = 7
  }

  assert {
    condition     = output.max_schedulable_workers == 20
    error_message = "Three on each, the master in the place of one."
  }
}

run "a_worker_larger_than_a_node" {
  command = plan
  variables {
    worker_cpu_request_m = 2000
  }
  expect_failures = [check.worker_capacity]

  assert {
    condition     = output.max_schedulable_workers == 0
    error_message = "None fits."
  }
}
