/* SPDX-License-Identifier: MIT */
/* Reads the command line. */
#include "target/options.h"

#include <getopt.h>
#include <string.h>

#include "base/ensure.h"
#include "target/text.h"

const char options_help[] =
    "Usage: cicada-target [OPTION]...\n"
    "A server to load: answers like JSONPlaceholder and httpbin, counts what it was asked.\n"
    "\n"
    "  --host ADDRESS     address to listen on (default 127.0.0.1)\n"
    "  --port PORT        port to listen on; 0 takes a free one (default 8000)\n"
    "  --fault-port PORT  also serve broken answers on this port; 0 takes a free one\n"
    "  --tls-cert FILE    serve HTTPS with this certificate chain (PEM); not on the fault port\n"
    "  --tls-key FILE     and its private key (PEM)\n"
    "  --quiet            print nothing but errors\n"
    "  --help             print this and exit\n"
    "  --version          print the version and exit\n"
    "\n"
    "GET / lists the routes, GET /_count tells how often each was asked for, and\n"
    "POST /_count/reset starts again from zero. SIGTERM and SIGINT end it.\n";

enum { HOST = 256, PORT, FAULT_PORT, TLS_CERT, TLS_KEY, QUIET, HELP, VERSION };

static const struct option table[] = {
    {"host", required_argument, NULL, HOST},
    {"port", required_argument, NULL, PORT},
    {"fault-port", required_argument, NULL, FAULT_PORT},
    {"tls-cert", required_argument, NULL, TLS_CERT},
    {"tls-key", required_argument, NULL, TLS_KEY},
    {"quiet", no_argument, NULL, QUIET},
    {"help", no_argument, NULL, HELP},
    {"version", no_argument, NULL, VERSION},
    {0},
};

static bool parse_port(const char *option, const char *text, uint16_t *port, struct err *err)
{
    unsigned long number;

    if (!text_number(text, UINT16_MAX, &number)) {
        return err_set(err, "%s \"%s\" is not a port from 0 to 65535", option, text);
    }
    *port = (uint16_t)number;
    return true;
}

static bool apply(struct options *options, int option, struct err *err)
{
    switch (option) {
    case HOST:
        options->host = optarg;
        return true;
    case PORT:
        return parse_port("--port", optarg, &options->port, err);
    case FAULT_PORT:
        options->faults = true;
        return parse_port("--fault-port", optarg, &options->fault_port, err);
    case TLS_CERT:
        options->tls_cert = optarg;
        return true;
    case TLS_KEY:
        options->tls_key = optarg;
        return true;
    case QUIET:
        options->quiet = true;
        return true;
    case HELP:
        options->help = true;
        return true;
    default:
        ENSURE(option == VERSION);
        options->version = true;
        return true;
    }
}

bool options_parse(struct options *options, int argc, char **argv, struct err *err)
{
    int option;

    *options = (struct options){.host = "127.0.0.1", .port = 8000};
    optind = 0; /* glibc: start afresh, also when called a second time */
    opterr = 0;
    /* A colon first makes a missing argument ':' and not '?'. */
    while ((option = getopt_long(argc, argv, ":", table, NULL)) != -1) {
        if (option == ':') {
            return err_set(err, "option %s needs an argument", argv[optind - 1]);
        }
        if (option == '?') {
            return err_set(err, "there is no option %s", argv[optind - 1]);
        }
        if (!apply(options, option, err)) {
            return false;
        }
    }
    if (optind < argc) {
        return err_set(err, "\"%s\" is not an option", argv[optind]);
    }
    if (!options->tls_cert != !options->tls_key) {
        return err_set(err, "--tls-cert and --tls-key go together");
    }
    return true;
}
