// FerretDB 1 on SQLite files, behind a door. FerretDB reads and writes in two steps where MongoDB changes a
// document in one, so that two commands at once may undo each other; one at a time they can't. It logs each
// refused command as a warning, so only errors are kept.
//
// usage: ferret LISTEN-ADDRESS DATA-FOLDER
package main

import (
	"context"
	"log"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: ferret LISTEN-ADDRESS DATA-FOLDER")
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
		Handler:   "sqlite",
		SQLiteURL: "file:" + os.Args[2] + "/",
	})
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		inner, err := url.Parse(server.MongoDBURI())
		if err != nil {
			log.Fatal(err)
		}
		log.Fatal((&door{server: inner.Host}).open(listener))
	}()
	if err := server.Run(stop); err != nil {
		log.Fatal(err)
	}
}
