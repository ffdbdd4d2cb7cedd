/* SPDX-License-Identifier: MIT */
/* html_marks.c - what stands across all lanes of the timeline: events, doubtful stretches, time. */
#include <math.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "report/html_axis.h"
#include "report/html_timeline.h"

enum { TIME_MARKS = 9, EVENTS_MAX = 12, GLYPH_HALF = 5 };

double timeline_x(const struct drawing *drawing, double second)
{
    double share = (second - (double)drawing->first) / (double)(drawing->last - drawing->first);

    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return LEFT + (RIGHT - LEFT) * share;
}

/* ---- What changed ---- */

enum event_kind { EVENT_NONE, EVENT_OK, EVENT_LOAD, EVENT_WARN, EVENT_BAD };

/* The worse, the more it deserves its words. */
static enum event_kind kind_of(const struct change *change)
{
    static const struct {
        const char *kind;
        enum event_kind is;
    } kinds[] = {
        {"start", EVENT_LOAD},
        {"load", EVENT_LOAD},
        {"failure", EVENT_BAD},
        {"overloaded", EVENT_BAD},
        {"lost", EVENT_WARN},
        {"slower", EVENT_WARN},
        {"pause", EVENT_WARN},
        {"resume", EVENT_OK},
        {"joined", EVENT_OK},
        {"recovered", EVENT_OK},
        {"fit", EVENT_OK},
    };

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (strcmp(change->kind, kinds[i].kind) == 0) {
            return kinds[i].is;
        }
    }
    return EVENT_NONE;
}

static const char *class_of(enum event_kind kind)
{
    return kind == EVENT_BAD    ? "bad"
           : kind == EVENT_WARN ? "warn"
           : kind == EVENT_OK   ? "ok"
                                : "load";
}

/* "▲", "■", "✕" and "+" as paths, as fonts draw them differently. */
static const char *glyph_of(enum event_kind kind)
{
    static const char *const glyphs[] = {
        "",
        "m-1 -4h2v3h3v2h-3v3h-2v-3h-3v-2h3z",
        "m0 -4 4 7h-8z",
        "m-3 -4 3 3 3 -3 1 1 -3 3 3 3 -1 1 -3 -3 -3 3 -1 -1 3 -3 -3 -3z",
        "m-3 -3h6v6h-6z",
    };

    return glyphs[kind];
}

struct place {
    double from, to;
};

static bool is_free(const struct place *places, size_t count, double from, double to)
{
    for (size_t i = 0; i < count; i++) {
        if (from < places[i].to && to > places[i].from) {
            return false;
        }
    }
    return to <= WIDTH - 90 && from >= 4;
}

static void event(const struct drawing *drawing, const struct change *change, struct place *places,
                  size_t *count)
{
    enum event_kind kind = kind_of(change);
    double x = timeline_x(drawing, (double)change->wall_ns / NS_PER_S);
    double width = 8 + 6.4 * (double)strlen(change->short_text);
    bool right = is_free(places, *count, x + 6, x + 6 + width);
    bool left = !right && is_free(places, *count, x - 6 - width, x - 6);
    struct buf *out = drawing->out;

    buf_puts(out, "<g><title>");
    html_text(out, change->text);
    buf_printf(out,
               "</title><path class=\"event %s\" d=\"M%.1f %dV%.1f\"/><path class=\"glyph %s\" "
               "d=\"M%.1f 12%s\"/>",
               class_of(kind),
               x,
               RAIL - 6,
               drawing->bottom,
               class_of(kind),
               x,
               glyph_of(kind));
    if (right || left) {
        buf_printf(out,
                   "<text class=\"glyph %s\" x=\"%.1f\" y=\"16\"%s>",
                   class_of(kind),
                   right ? x + 9 : x - 9,
                   left ? " text-anchor=\"end\"" : "");
        html_text(out, change->short_text);
        buf_puts(out, "</text>");
        places[(*count)++] =
            (struct place){right ? x + 6 : x - 6 - width, right ? x + 6 + width : x - 6};
    }
    buf_puts(out, "</g>\n");
}

/* One of several of a kind at the same time stands for all. */
static bool is_drawn(const struct drawing *drawing, const struct change *const *drawn, size_t count,
                     const struct change *change)
{
    const double near_s = 0.006 * (double)(drawing->last - drawing->first);

    for (size_t i = 0; i < count; i++) {
        double apart = seconds_from_ns(drawn[i]->wall_ns - change->wall_ns);

        if (strcmp(drawn[i]->kind, change->kind) == 0 && fabs(apart) <= near_s) {
            return true;
        }
    }
    return false;
}

void timeline_events(const struct drawing *drawing)
{
    const struct changes *changes = watch_changes(drawing->html->options->watch);
    const struct change *drawn[EVENTS_MAX];
    struct place places[2 * EVENTS_MAX]; /* of all glyphs, then of words */
    size_t placed = 0, count = 0;

    for (int kind = EVENT_BAD; kind > EVENT_NONE; kind--) {
        for (size_t i = changes_count(changes); i-- > 0 && count < EVENTS_MAX;) {
            const struct change *change = changes_nth(changes, i);
            int64_t second = change->wall_ns / NS_PER_S;

            if (kind_of(change) == (enum event_kind)kind && second >= drawing->first - 1 &&
                second <= drawing->last + 1 && !is_drawn(drawing, drawn, count, change)) {
                double x = timeline_x(drawing, (double)change->wall_ns / NS_PER_S);

                places[placed++] = (struct place){x - GLYPH_HALF, x + GLYPH_HALF};
                drawn[count++] = change;
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        event(drawing, drawn[i], places, &placed);
    }
}

static bool is_overloaded(const struct history_row *row)
{
    return row->overloaded;
}

static bool is_paused(const struct history_row *row)
{
    return row->paused;
}

static void bands(const struct drawing *drawing, const char *class,
                  bool (*is)(const struct history_row *row))
{
    for (size_t i = 0, end; i < drawing->count; i = end + 1) {
        for (end = i; end < drawing->count && is(&drawing->rows[end]);) {
            end++;
        }
        if (end > i) {
            double from = timeline_x(drawing, (double)drawing->rows[i].second);
            double to = timeline_x(drawing, (double)drawing->rows[end - 1].second + 1);

            buf_printf(drawing->out,
                       "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" "
                       "height=\"%.1f\"/>\n",
                       class,
                       from,
                       RAIL,
                       to - from,
                       drawing->bottom - RAIL);
        }
    }
}

void timeline_hatch(const struct drawing *drawing)
{
    bands(drawing, "paused", is_paused);
    bands(drawing, "hatch", is_overloaded);
}

/* ---- Time ---- */

void timeline_time_axis(const struct drawing *drawing)
{
    int64_t step = axis_time_step(drawing->last - drawing->first, TIME_MARKS);
    time_t begin = (time_t)drawing->first;
    struct tm local = {0};
    char text[HTML_TIME_SIZE];
    const char *format = step < 60 ? "%T" : step < 43200 ? "%H:%M" : "%e %b %H:%M";

    localtime_r(&begin, &local);
    int64_t zone = local.tm_gmtoff;
    int64_t at = (drawing->first + zone + step - 1) / step * step - zone; /* round local times */

    for (; at <= drawing->last; at += step) {
        double x = timeline_x(drawing, (double)at);

        buf_printf(drawing->out,
                   "<path class=\"base\" d=\"M%.1f %.1fv4\"/><text x=\"%.1f\" y=\"%.1f\" "
                   "text-anchor=\"middle\">%s</text>\n",
                   x,
                   drawing->bottom,
                   x,
                   drawing->bottom + 18,
                   html_time(text, at * NS_PER_S, format));
    }
}
