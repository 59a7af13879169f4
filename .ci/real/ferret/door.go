package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
)

const largestMessage = 48 << 20 // what MongoDB allows

// A door forwards any number of connections and lets one command in at a time, over all of them. It is for
// clients that await an answer to each command, as ours do.
type door struct {
	server string
	inside sync.Mutex
}

func (d *door) open(listener net.Listener) error {
	for {
		client, err := listener.Accept()
		if err != nil {
			return err
		}
		go d.serve(client)
	}
}

func (d *door) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", d.server)
	if err != nil {
		log.Print(err)
		return
	}
	defer server.Close()
	for {
		command, err := readMessage(client)
		if err != nil {
			return // the client has left
		}
		answer, err := d.exchange(server, command)
		if err != nil {
			log.Print(err)
			return
		}
		if _, err := client.Write(answer); err != nil {
			return
		}
	}
}

func (d *door) exchange(server net.Conn, command []byte) ([]byte, error) {
	d.inside.Lock()
	defer d.inside.Unlock()
	if _, err := server.Write(command); err != nil {
		return nil, err
	}
	return readMessage(server)
}

// A message begins with its whole length.
func readMessage(from io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint32(head[:])
	if length < 16 || length > largestMessage {
		return nil, fmt.Errorf("a message of %d bytes", length)
	}
	message := make([]byte, length)
	copy(message, head[:])
	_, err := io.ReadFull(from, message[4:])
	return message, err
}
