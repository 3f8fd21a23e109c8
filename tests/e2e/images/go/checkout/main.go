// checkout panics when its database refuses the connection.
package main

import (
	"log"
	"net"
	"os"
	"time"
)

func connect(address string) net.Conn {
	conn, err := net.DialTimeout("tcp", address, 3*time.Second)
	if err != nil {
		panic(err)
	}
	return conn
}

func main() {
	address := os.Getenv("DATABASE_ADDRESS")
	log.Printf("checkout 3.2.0: connecting to %s", address)
	defer connect(address).Close()
	log.Print("connected")
}
