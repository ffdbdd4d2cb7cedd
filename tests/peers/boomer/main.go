// SPDX-License-Identifier: MIT

// boomer is a Go worker that asks a server for some paths, for the tests of the wire protocol.
package main

import (
	"flag"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/myzhan/boomer"
)

// repeated collects the values of an option that may be given several times.
type repeated []string

func (r *repeated) String() string { return strings.Join(*r, " ") }

func (r *repeated) Set(value string) error {
	*r = append(*r, value)
	return nil
}

func main() {
	// Not among the command's own flags, where the package has put some.
	flags := flag.NewFlagSet("boomer", flag.ExitOnError)
	host := flags.String("master-host", "127.0.0.1", "where the master is")
	port := flags.Int("master-port", 5557, "and its port")
	url := flags.String("url", "", "the server under load")
	pause := flags.Duration("pause", 20*time.Millisecond, "after each request")
	var paths, messages repeated
	flags.Var(&paths, "task", "NAME=PATH to get, again and again")
	flags.Var(&messages, "message", "type of a custom message to log and to answer with TYPE-answer")
	_ = flags.Parse(os.Args[1:])
	log.SetFlags(log.Ltime | log.Lmicroseconds)

	client := &http.Client{
		Timeout:   10 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: 1000},
	}
	worker := boomer.NewBoomer(*host, *port)
	var tasks []*boomer.Task
	for _, task := range paths {
		name, path, found := cut(task)
		if !found {
			log.Fatalf("no NAME=PATH: %s", task)
		}
		tasks = append(tasks, &boomer.Task{Name: name, Weight: 1, Fn: func() {
			ask(worker, client, name, *url+path)
			time.Sleep(*pause)
		}})
	}
	for _, kind := range messages {
		kind := kind
		err := boomer.Events.Subscribe(kind, func(message *boomer.CustomMessage) {
			log.Printf("message %s: %v", kind, message.Data)
			worker.SendCustomMessage(kind+"-answer", message.Data)
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	quit := make(chan struct{}, 10)
	_ = boomer.Events.Subscribe(boomer.EVENT_QUIT, func() {
		log.Print("event quit")
		quit <- struct{}{}
	})
	_ = boomer.Events.Subscribe(boomer.EVENT_SPAWN, func(users int, rate float64) {
		log.Printf("event spawn: %d users", users)
	})
	_ = boomer.Events.Subscribe(boomer.EVENT_STOP, func() { log.Print("event stop") })

	go func() {
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
		<-signals
		worker.Quit()
		os.Exit(0)
	}()
	// Run returns at once and the messages are handled elsewhere; the master's "quit" ends it all.
	worker.Run(tasks...)
	<-quit
	time.Sleep(300 * time.Millisecond)
}

func cut(text string) (string, string, bool) {
	at := strings.Index(text, "=")
	if at < 0 {
		return "", "", false
	}
	return text[:at], text[at+1:], true
}

func ask(worker *boomer.Boomer, client *http.Client, name, url string) {
	begin := time.Now()
	answer, err := client.Get(url)
	if err != nil {
		worker.RecordFailure("GET", name, time.Since(begin).Milliseconds(), err.Error())
		return
	}
	defer answer.Body.Close()
	length, err := io.Copy(io.Discard, answer.Body)
	took := time.Since(begin).Milliseconds()
	switch {
	case err != nil:
		worker.RecordFailure("GET", name, took, err.Error())
	case answer.StatusCode >= 400:
		worker.RecordFailure("GET", name, took, "status "+strconv.Itoa(answer.StatusCode))
	default:
		worker.RecordSuccess("GET", name, took, length)
	}
}
