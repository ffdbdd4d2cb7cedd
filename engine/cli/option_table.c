/* SPDX-License-Identifier: MIT */
#include "cli/option_table.h"

#include "base/ensure.h"
#include "cli/options.h"

#define MEMBER(name) .offset = offsetof(struct options, name)
#define MOST_USERS 1e8

/* Present: what the name says. Absent and removed options need a name, a type and a variable. */
#define ABSENT(type_, name_, env_)                                                                 \
    {                                                                                              \
        .type = (type_), .name = (name_), .env = (env_), .state = OPTION_ABSENT, .hidden = true,   \
        .offset = OPTION_NO_MEMBER                                                                 \
    }
#define PLUGIN(name_, env_)                                                                        \
    {                                                                                              \
        .type = OPTION_STRING, .name = (name_), .env = (env_), .state = OPTION_ABSENT,             \
        .hidden = true, .own = true, .offset = OPTION_NO_MEMBER                                    \
    }
#define REMOVED(type_, name_, env_, hint)                                                          \
    {                                                                                              \
        .type = (type_), .name = (name_), .env = (env_), .state = OPTION_REMOVED, .hidden = true,  \
        .help = (hint), .offset = OPTION_NO_MEMBER                                                 \
    }

/* One entry per option and per line or paragraph, in the order of --help within a group. */
/* clang-format off */
const struct option_spec option_table[] = {
    {.name = "help", .letter = 'h', .type = OPTION_FLAG, MEMBER(help), .command_line = true,
     .help = "Show this help message and exit"},
    {.name = "version", .letter = 'V', .type = OPTION_FLAG, MEMBER(version), .command_line = true,
     .help = "Show the version and exit"},
    {.name = "locustfile", .letter = 'f', .env = "LOCUST_LOCUSTFILE", .type = OPTION_STRING,
     MEMBER(locustfile), .initial = "locustfile.c", .metavar = "<filename>", .joined = true,
     .help = "The scenario to run: a C file, a built module (.so) or the name of a built-in "
             "scenario (jsonplaceholder, httpbin, custom; LOCUST_SCENARIO names one too). Several "
             "are separated by commas, or given by -f each. Defaults to 'locustfile.c'."},
    {.name = "config", .type = OPTION_STRING, MEMBER(config), .metavar = "<filename>",
     .command_line = true,
     .help = "File to read additional configuration from; it is stronger than ~/.locust.conf, "
             "./locust.conf and ./pyproject.toml, weaker than environment variables"},
    {.name = "host", .letter = 'H', .env = "LOCUST_HOST", .type = OPTION_STRING, MEMBER(host),
     .metavar = "<base url>",
     .help = "Host to load test, in the following format: https://www.example.com"},
    {.name = "users", .letter = 'u', .env = "LOCUST_USERS", .type = OPTION_INT, MEMBER(users),
     .initial = "-1", .min = 0, .max = MOST_USERS, .metavar = "<int>",
     .help = "Peak number of concurrent users"},
    {.name = "spawn-rate", .letter = 'r', .env = "LOCUST_SPAWN_RATE", .type = OPTION_DOUBLE,
     MEMBER(spawn_rate), .min = 0, .max = 1e9, .min_open = true, .metavar = "<float>",
     .help = "Rate to spawn users at (users per second)"},
    {.name = "run-time", .letter = 't', .env = "LOCUST_RUN_TIME", .type = OPTION_SPAN,
     MEMBER(run_time_ns), .metavar = "<time string>",
     .help = "Stop after the specified amount of time, e.g. (300s, 20m, 3h, 1h30m, etc.). "
             "Defaults to run forever."},
    {.name = "iterations", .letter = 'i', .env = "LOCUST_ITERATIONS", .type = OPTION_INT,
     MEMBER(iterations), .min = 0, .max = 1e15, .metavar = "<int>", .own = true,
     .help = "Stop after so many task runs. Defaults to no limit."},
    {.name = "stages", .env = "LOCUST_STAGES", .type = OPTION_STRING, MEMBER(stages),
     .metavar = "<stages>", .own = true,
     .help = "Change the number of users in stages: comma separated TIME:USERS pairs"},
    {.name = "list", .letter = 'l', .type = OPTION_FLAG, MEMBER(list),
     .help = "Show list of possible User classes and exit"},
    {.name = "config-users", .env = "LOCUST_CONFIG_USERS", .type = OPTION_LIST,
     MEMBER(config_users), .metavar = "<json>",
     .help = "User configuration as a JSON string or file. A list of arguments or an Array of "
             "JSON configuration may be provided"},

    {.name = "headless", .env = "LOCUST_HEADLESS", .type = OPTION_FLAG, .group = GROUP_MODE,
     MEMBER(headless),
     .help = "Start the test immediately, without a web interface. Use -u and -t to control user "
             "count and run time."},
    {.name = "headful", .env = "LOCUST_HEADFUL", .type = OPTION_FLAG, .group = GROUP_MODE,
     MEMBER(headful), .hidden = true, .help = "Cancel a --headless of a configuration file"},

    {.name = "web-host", .env = "LOCUST_WEB_HOST", .type = OPTION_STRING, .group = GROUP_WEB,
     MEMBER(web_host), .initial = "", .metavar = "<ip>",
     .help = "Host to bind the web interface to. Defaults to '' (all interfaces)"},
    {.name = "web-port", .letter = 'P', .env = "LOCUST_WEB_PORT", .type = OPTION_INT,
     .group = GROUP_WEB, MEMBER(web_port), .initial = "8089", .min = 0, .max = 65535,
     .metavar = "<port number>",
     .help = "Port on which to run web host. Defaults to 8089; 0 takes a free one."},
    {.name = "web-base-path", .env = "LOCUST_WEB_BASE_PATH", .type = OPTION_STRING,
     .group = GROUP_WEB, MEMBER(web_base_path), .initial = "", .metavar = "<path>",
     .help = "Base path for the web interface (e.g., '/locust'). Default is empty (root path)."},
    {.name = "web-host-display-name", .env = "LOCUST_WEB_HOST_DISPLAY_NAME",
     .type = OPTION_STRING, .group = GROUP_WEB, MEMBER(web_host_display_name), .metavar = "<url>",
     .hidden = true, .help = "The address of the web interface to be shown at the start"},
    {.name = "autostart", .env = "LOCUST_AUTOSTART", .type = OPTION_FLAG, .group = GROUP_WEB,
     MEMBER(autostart),
     .help = "Starts the test immediately (like --headless, but without disabling the web UI)"},
    {.name = "autoquit", .env = "LOCUST_AUTOQUIT", .type = OPTION_SPAN, .group = GROUP_WEB,
     MEMBER(autoquit_ns), .metavar = "<seconds>",
     .help = "Quits Locust entirely, X seconds after the run is finished. Only used together with "
             "--autostart. The default is to keep Locust running until you shut it down using "
             "CTRL+C"},
    {.name = "web-login", .env = "LOCUST_WEB_LOGIN", .type = OPTION_FLAG, .group = GROUP_WEB,
     MEMBER(web_login),
     .help = "Protects the web interface with a login page: --web-users-file says who may enter"},
    {.name = "web-users-file", .env = "LOCUST_WEB_USERS_FILE", .type = OPTION_STRING,
     .group = GROUP_WEB, MEMBER(web_users_file), .metavar = "<filename>", .own = true,
     .help = "Names with hashes of passwords and of bearer tokens, a line each, as "
             "--print-web-user and --print-web-token make them"},
    {.name = "web-auth-header", .env = "LOCUST_WEB_AUTH_HEADER", .type = OPTION_STRING,
     .group = GROUP_WEB, MEMBER(web_auth_header), .metavar = "<name>", .own = true,
     .help = "Let those in whom a reverse proxy names in this header (X-Forwarded-User). Nobody "
             "but the proxy may reach the port then: see --web-host"},
    {.name = "tls-cert", .env = "LOCUST_TLS_CERT", .type = OPTION_STRING, .group = GROUP_WEB,
     MEMBER(tls_cert), .initial = "", .metavar = "<filename>",
     .help = "Optional path to TLS certificate to use to serve over HTTPS"},
    {.name = "tls-key", .env = "LOCUST_TLS_KEY", .type = OPTION_STRING, .group = GROUP_WEB,
     MEMBER(tls_key), .initial = "", .metavar = "<filename>",
     .help = "Optional path to TLS private key to use to serve over HTTPS"},
    {.name = "class-picker", .env = "LOCUST_USERCLASS_PICKER", .type = OPTION_FLAG,
     .group = GROUP_WEB, MEMBER(class_picker),
     .help = "Enable select boxes in the web interface to choose from all available User classes"},
    {.name = "web-cors", .env = "LOCUST_WEB_CORS", .type = OPTION_STRING, .group = GROUP_WEB,
     MEMBER(web_cors), .metavar = "<origin>", .own = true,
     .help = "Let pages of this origin (https://dash.example.com), or of any (*), read and drive "
             "the test. Defaults to none."},
    {.name = "web-allowed-host", .env = "LOCUST_WEB_ALLOWED_HOST", .type = OPTION_LIST,
     .group = GROUP_WEB, MEMBER(web_allowed_hosts), .metavar = "<name>", .own = true,
     .help = "Without a login, let the web interface be asked by this name too, by those below "
             "(.example.com), or by any (*). Known without: addresses, names without a dot, "
             "--web-host"},
    {.name = "build-path", .env = "LOCUST_BUILD_PATH", .type = OPTION_STRING, .group = GROUP_WEB,
     MEMBER(build_path), .metavar = "<folder>", .hidden = true,
     .help = "A folder with another page: index.html and what it needs"},

    {.name = "master", .env = "LOCUST_MODE_MASTER", .type = OPTION_FLAG, .group = GROUP_MASTER,
     MEMBER(master),
     .help = "Launch as a master, to which workers connect; it runs no users itself"},
    {.name = "master-bind-host", .env = "LOCUST_MASTER_BIND_HOST", .type = OPTION_STRING,
     .group = GROUP_MASTER, MEMBER(master_bind_host), .initial = "*", .metavar = "<ip>",
     .help = "IP address for the master to listen on, e.g '192.168.1.1'. Defaults to * (all "
             "available interfaces)."},
    {.name = "master-bind-port", .env = "LOCUST_MASTER_BIND_PORT", .type = OPTION_INT,
     .group = GROUP_MASTER, MEMBER(master_bind_port), .initial = "5557", .min = 0, .max = 65535,
     .metavar = "<port number>",
     .help = "Port for the master to listen on. Defaults to 5557; 0 takes a free one."},
    {.name = "expect-workers", .env = "LOCUST_EXPECT_WORKERS", .type = OPTION_INT,
     .group = GROUP_MASTER, MEMBER(expect_workers), .initial = "1", .min = 0, .max = 100000,
     .metavar = "<int>",
     .help = "Delay starting the test until this number of workers have connected (only in "
             "combination with --headless/--autostart)."},
    {.name = "expect-workers-max-wait", .env = "LOCUST_EXPECT_WORKERS_MAX_WAIT",
     .type = OPTION_SPAN, .group = GROUP_MASTER, MEMBER(expect_workers_max_wait_ns),
     .initial = "0", .metavar = "<int>",
     .help = "How long should the master wait for workers to connect before giving up. Defaults "
             "to wait forever"},
    {.name = "enable-rebalancing", .type = OPTION_FLAG, .group = GROUP_MASTER,
     MEMBER(enable_rebalancing),
     .help = "Redistribute users when workers come or go during a test run. Always on; the "
             "option is accepted for compatibility."},
    {.name = "class", .env = "LOCUST_CLASS", .type = OPTION_LIST, .group = GROUP_MASTER,
     MEMBER(foreign_classes), .metavar = "<name[:weight]>", .own = true,
     .help = "User classes that only the workers know, with their weights: Python workers name "
             "theirs, but not the weights. They replace the master's own scenarios."},

    {.name = "worker", .env = "LOCUST_MODE_WORKER", .type = OPTION_FLAG, .group = GROUP_WORKER,
     MEMBER(worker),
     .help = "Set Locust to run in distributed mode with this process as worker. Can be combined "
             "with setting --locustfile to '-' to download it from master."},
    {.name = "processes", .env = "LOCUST_PROCESSES", .type = OPTION_INT, .group = GROUP_WORKER,
     MEMBER(processes), .min = -1, .max = 1024, .metavar = "<int>",
     .help = "Number of times to fork this process, to enable using multiple cores. Use -1 to "
             "launch one worker for each logical processor in your system. Combine with --worker "
             "flag or let it automatically set --worker and --master flags for an all-in-one-"
             "solution."},
    {.name = "master-host", .env = "LOCUST_MASTER_NODE_HOST", .type = OPTION_STRING,
     .group = GROUP_WORKER, MEMBER(master_host), .initial = "127.0.0.1", .metavar = "<hostname>",
     .help = "Hostname of locust master node to connect to. Defaults to 127.0.0.1."},
    {.name = "master-port", .env = "LOCUST_MASTER_NODE_PORT", .type = OPTION_INT,
     .group = GROUP_WORKER, MEMBER(master_port), .initial = "5557", .min = 1, .max = 65535,
     .metavar = "<port number>", .help = "Port to connect to on master node. Defaults to 5557."},
    {.name = "health-port", .env = "LOCUST_HEALTH_PORT", .type = OPTION_INT,
     .group = GROUP_WORKER, MEMBER(health_port), .initial = "-1", .min = 0, .max = 65535,
     .metavar = "<port number>", .own = true,
     .help = "On a worker or with --headless: answer GET /healthz (the event loop turns), /readyz (registered with "
             "the master and not draining; a master: has the workers it expects) and /metrics (Prometheus) on this port; 0 takes a free "
             "one, and the n-th of several --processes the n-th port from here. Defaults to none. "
             "'cicada healthcheck' asks it."},
    {.name = "health-host", .env = "LOCUST_HEALTH_HOST", .type = OPTION_STRING,
     .group = GROUP_WORKER, MEMBER(health_host), .initial = "", .metavar = "<ip>", .own = true,
     .help = "Host to bind the health port to. Defaults to '' (all interfaces)"},
    {.name = "health-timeout", .env = "LOCUST_HEALTH_TIMEOUT", .type = OPTION_SPAN,
     .group = GROUP_WORKER, MEMBER(health_timeout_ns), .initial = "5s", .min = 0.1, .max = 3600,
     .metavar = "<time string>", .own = true,
     .help = "How long 'cicada healthcheck' waits for an answer. Defaults to 5s."},
    {.name = "curve-key-file", .env = "LOCUST_CURVE_KEY_FILE", .type = OPTION_STRING,
     .group = GROUP_WORKER, MEMBER(curve_key_file), .metavar = "<filename>", .own = true,
     .help = "Encrypt the connection between master and workers, all cicada: the secret key of "
             "this node, as 'cicada --print-curve-key' makes one. The master needs it; a worker "
             "without takes one made up for the run."},
    {.name = "curve-server-key", .env = "LOCUST_CURVE_SERVER_KEY", .type = OPTION_STRING,
     .group = GROUP_WORKER, MEMBER(curve_server_key), .metavar = "<key>", .own = true,
     .help = "On a worker: encrypt, and talk to the master of this public key only"},

    {.name = "tags", .letter = 'T', .env = "LOCUST_TAGS", .type = OPTION_LIST,
     .group = GROUP_TAGS, MEMBER(tags), .metavar = "<tag>",
     .help = "List of tags to include in the test, so only tasks with at least one matching tag "
             "will be executed"},
    {.name = "exclude-tags", .letter = 'E', .env = "LOCUST_EXCLUDE_TAGS", .type = OPTION_LIST,
     .group = GROUP_TAGS, MEMBER(exclude_tags), .metavar = "<tag>",
     .help = "List of tags to exclude from the test, so only tasks with no matching tags will be "
             "executed"},

    {.name = "insecure", .env = "LOCUST_INSECURE", .type = OPTION_FLAG, .group = GROUP_HTTP,
     MEMBER(insecure), .own = true, .help = "Accept any TLS certificate"},
    {.name = "ca-file", .env = "LOCUST_CA_FILE", .type = OPTION_STRING, .group = GROUP_HTTP,
     MEMBER(ca_file), .metavar = "<filename>", .own = true,
     .help = "Certificates to trust instead of the system's, in PEM format"},
    {.name = "http2", .env = "LOCUST_HTTP2", .type = OPTION_FLAG, .group = GROUP_HTTP,
     MEMBER(http2), .own = true, .help = "Offer HTTP/2 to https hosts"},
    {.name = "proxy", .env = "LOCUST_PROXY", .type = OPTION_STRING, .group = GROUP_HTTP,
     MEMBER(proxy), .metavar = "<url>", .own = true,
     .help = "Send all requests through a proxy: http://host:port, socks5h://host:port"},
    {.name = "timeout", .env = "LOCUST_TIMEOUT", .type = OPTION_SPAN, .group = GROUP_HTTP,
     MEMBER(timeout_ns), .metavar = "<time string>", .own = true,
     .help = "Limit for a whole request. Defaults to what the User classes say, or 60s."},
    {.name = "connect-timeout", .env = "LOCUST_CONNECT_TIMEOUT", .type = OPTION_SPAN,
     .group = GROUP_HTTP, MEMBER(connect_timeout_ns), .metavar = "<time string>", .own = true,
     .help = "Limit for name resolution, connecting and TLS together. Defaults to --timeout."},
    {.name = "max-body", .env = "LOCUST_MAX_BODY", .type = OPTION_SIZE, .group = GROUP_HTTP,
     MEMBER(max_body), .metavar = "<size>", .own = true,
     .help = "A longer response body fails the request. Defaults to what the User classes say, "
             "or 64M."},

    {.name = "csv", .env = "LOCUST_CSV", .type = OPTION_STRING, .group = GROUP_STATS, MEMBER(csv),
     .metavar = "<filename>",
     .help = "Store request stats to files in CSV format. Setting this option will generate four "
             "files: <filename>_stats.csv, <filename>_stats_history.csv, <filename>_failures.csv "
             "and <filename>_exceptions.csv. Any folders part of the prefix will be automatically "
             "created"},
    {.name = "csv-full-history", .env = "LOCUST_CSV_FULL_HISTORY", .type = OPTION_FLAG,
     .group = GROUP_STATS, MEMBER(csv_full_history),
     .help = "Store each stats entry in CSV format to _stats_history.csv file. You must also "
             "specify the '--csv' argument to enable this."},
    {.name = "csv-interval", .env = "LOCUST_CSV_INTERVAL", .type = OPTION_SPAN,
     .group = GROUP_STATS, MEMBER(csv_interval_ns), .initial = "1s", .min = 0.1, .max = 86400,
     .metavar = "<time string>", .own = true,
     .help = "Write the CSV files this often. Defaults to 1s."},
    {.name = "csv-window", .env = "LOCUST_CSV_WINDOW", .type = OPTION_SPAN, .group = GROUP_STATS,
     MEMBER(csv_window_ns), .min = 0.1, .max = 86400, .metavar = "<time string>", .own = true,
     .help = "Rates and percentiles of the CSV history look back so far. Defaults to "
             "--csv-interval; a master, whose workers report every 3s, looks back 10s at least."},
    {.name = "print-stats", .env = "LOCUST_PRINT_STATS", .type = OPTION_FLAG,
     .group = GROUP_STATS, MEMBER(print_stats),
     .help = "Enable periodic printing of request stats in UI runs"},
    {.name = "only-summary", .env = "LOCUST_ONLY_SUMMARY", .type = OPTION_FLAG,
     .group = GROUP_STATS, MEMBER(only_summary),
     .help = "Disable periodic printing of request stats during --headless run"},
    {.name = "console-stats-interval", .env = "LOCUST_CONSOLE_STATS_INTERVAL",
     .type = OPTION_SPAN, .group = GROUP_STATS, MEMBER(console_stats_interval_ns),
     .initial = "2s", .min = 0.1, .max = 86400, .metavar = "<time string>", .own = true,
     .help = "Print request stats this often. Defaults to 2s."},
    {.name = "compat-console", .env = "LOCUST_COMPAT_CONSOLE", .type = OPTION_FLAG,
     .group = GROUP_STATS, MEMBER(compat_console), .own = true,
     .help = "Print the stats tables exactly as Locust does, with whole milliseconds only"},
    {.name = "reset-stats", .env = "LOCUST_RESET_STATS", .type = OPTION_FLAG,
     .group = GROUP_STATS, MEMBER(reset_stats),
     .help = "Reset statistics once spawning has been completed"},
    {.name = "json", .type = OPTION_FLAG, .group = GROUP_STATS, MEMBER(json),
     .help = "Prints the final stats in JSON format to stdout. Useful for parsing the results in "
             "other programs/scripts. Use together with --headless and --skip-log-setup for an "
             "output only with the json data."},
    {.name = "json-file", .env = "LOCUST_JSON_FILE", .type = OPTION_STRING, .group = GROUP_STATS, MEMBER(json_file),
     .metavar = "<filename>",
     .help = "Writes the final stats in JSON format to <filename>.json. Folders are made, and "
             "whether it can be written is tried at the start, as for --html."},
    {.name = "html", .env = "LOCUST_HTML", .type = OPTION_STRING, .group = GROUP_STATS,
     MEMBER(html), .metavar = "<filename>",
     .help = "Store the HTML report to file path specified. Placeholders in the path: {u} users, "
             "{r} spawn rate, {t} run time in seconds, {ts} when the test began, {profile}."},

    {.name = "skip-log-setup", .env = "LOCUST_SKIP_LOG_SETUP", .type = OPTION_FLAG,
     .group = GROUP_LOG, MEMBER(skip_log_setup),
     .help = "Quiet: print warnings and errors only, and no stats tables"},
    {.name = "loglevel", .letter = 'L', .env = "LOCUST_LOGLEVEL", .type = OPTION_STRING,
     .group = GROUP_LOG, MEMBER(loglevel_name), .initial = "INFO", .metavar = "<level>",
     .help = "Choose between DEBUG/INFO/WARNING/ERROR/CRITICAL. Default is INFO."},
    {.name = "logfile", .env = "LOCUST_LOGFILE", .type = OPTION_STRING, .group = GROUP_LOG,
     MEMBER(logfile), .metavar = "<filename>",
     .help = "Path to log file. If not set, log will go to stderr"},

    {.name = "show-task-ratio", .type = OPTION_FLAG, .group = GROUP_OTHER,
     MEMBER(show_task_ratio),
     .help = "Print table of the User classes' task execution ratio. Use this with non-zero "
             "--users option if some classes define non-zero fixed_count attribute."},
    {.name = "show-task-ratio-json", .type = OPTION_FLAG, .group = GROUP_OTHER,
     MEMBER(show_task_ratio_json),
     .help = "Print json data of the User classes' task execution ratio. Use this with non-zero "
             "--users option if some classes define non-zero fixed_count attribute."},
    {.name = "exit-code-on-error", .env = "LOCUST_EXIT_CODE_ON_ERROR", .type = OPTION_INT,
     .group = GROUP_OTHER, MEMBER(exit_code_on_error), .initial = "1", .min = 0, .max = 255,
     .metavar = "<int>",
     .help = "Sets the process exit code to use when a test result contain any failure or error. "
             "Defaults to 1."},
    {.name = "allow-empty", .env = "LOCUST_ALLOW_EMPTY", .type = OPTION_FLAG,
     .group = GROUP_OTHER, MEMBER(allow_empty), .own = true,
     .help = "A test without a single request is no error. Default is exit code 4."},
    {.name = "stop-timeout", .letter = 's', .env = "LOCUST_STOP_TIMEOUT", .type = OPTION_SPAN,
     .group = GROUP_OTHER, MEMBER(stop_timeout_ns), .initial = "0", .metavar = "<number>",
     .help = "Number of seconds to wait for a simulated user to complete any executing task "
             "before exiting. Default is to terminate immediately."},
    {.name = "equal-weights", .type = OPTION_FLAG, .group = GROUP_OTHER, MEMBER(equal_weights),
     .help = "Use equally distributed task weights, overriding the weights specified in the "
             "scenario."},
    {.name = "profile", .type = OPTION_STRING, .group = GROUP_OTHER, MEMBER(profile),
     .metavar = "<name>", .help = "Set a profile to group the testruns together"},
    {.name = "description", .env = "LOCUST_DESCRIPTION", .type = OPTION_STRING,
     .group = GROUP_OTHER, MEMBER(description), .metavar = "<text>", .own = true,
     .help = "Describe the test run"},
    {.name = "seed", .env = "LOCUST_SEED", .type = OPTION_INT, .group = GROUP_OTHER, MEMBER(seed),
     .initial = "-1", .min = 0, .max = 9e15, .metavar = "<int>", .own = true,
     .help = "Make the users' random choices repeatable. Defaults to new ones each run."},
    {.name = "stack-size", .env = "LOCUST_STACK_SIZE", .type = OPTION_SIZE, .group = GROUP_OTHER,
     MEMBER(stack_size), .initial = "64k", .min = 16384, .max = 1 << 30, .metavar = "<size>",
     .own = true, .help = "Stack of a running task. Defaults to 64k."},
    {.name = "print-locustfile", .type = OPTION_FLAG, .group = GROUP_OTHER,
     MEMBER(print_locustfile), .own = true,
     .help = "Print the Python locustfile a Locust master needs to drive these User classes on "
             "cicada workers, and exit"},
    {.name = "print-curve-key", .type = OPTION_FLAG, .group = GROUP_OTHER,
     MEMBER(print_curve_key), .own = true, .command_line = true,
     .help = "Print a new secret key for --curve-key-file, and its public key"},
    {.name = "print-web-user", .type = OPTION_STRING, .group = GROUP_OTHER,
     MEMBER(print_web_user), .metavar = "<name>", .own = true, .command_line = true,
     .help = "Ask for a password, print a line for --web-users-file and exit"},
    {.name = "print-web-token", .type = OPTION_STRING, .group = GROUP_OTHER,
     MEMBER(print_web_token), .metavar = "<name>", .own = true, .command_line = true,
     .help = "Print a new bearer token and its line for --web-users-file, and exit"},
    {.name = "print-man", .type = OPTION_FLAG, .group = GROUP_OTHER, MEMBER(print_man),
     .hidden = true, .own = true, .command_line = true, .help = "Print the manual page"},
    {.name = "print-completion", .type = OPTION_FLAG, .group = GROUP_OTHER,
     MEMBER(print_completion), .hidden = true, .own = true, .command_line = true,
     .help = "Print the completion for bash"},

    ABSENT(OPTION_FLAG, "otel", "LOCUST_ENABLE_OPENTELEMETRY"),
    /* Of the add-on package locust-plugins; a scenario may declare these names itself. */
    PLUGIN("ips", "LOCUST_IPS"),
    PLUGIN("check-rps", "LOCUST_CHECK_RPS"),
    PLUGIN("check-fail-ratio", "LOCUST_CHECK_FAIL_RATIO"),
    PLUGIN("check-avg-response-time", "LOCUST_CHECK_AVG_RESPONSE_TIME"),
    PLUGIN("test-env", "LOCUST_TEST_ENV"),
    PLUGIN("test-version", "LOCUST_TEST_VERSION"),

    REMOVED(OPTION_STRING, "web-auth", "LOCUST_WEB_AUTH",
            "The --web-auth parameters has been replaced with --web-login"),
    REMOVED(OPTION_FLAG, "legacy-ui", "LOCUST_LEGACY_UI",
            "--legacy-ui is no longer supported, remove the parameter to continue"),
    REMOVED(OPTION_STRING, "expect-slaves", NULL,
            "The --expect-slaves parameter has been renamed --expect-workers"),
    REMOVED(OPTION_FLAG, "slave", NULL, "The --slave parameter has been renamed --worker"),
};
/* clang-format on */

const size_t option_table_count = ARRAY_LEN(option_table);

const char *option_group_title(enum option_group group)
{
    static const char *const titles[] = {
        "Common options",
        "Mode options",
        "Web UI options",
        "Master options",
        "Worker options",
        "Tag options",
        "HTTP options",
        "Request statistics options",
        "Logging options",
        "Other options",
        "Options of the scenario",
    };
    _Static_assert(ARRAY_LEN(titles) == OPTION_GROUPS, "a title per group");

    return titles[group];
}
