// inventory forgets to make a map (default) or to set a pointer (first argument "lookup").
package main

import (
	"log"
	"os"
)

type stock struct {
	counts map[string]int
}

func (s *stock) add(item string, count int) {
	s.counts[item] += count
}

func find(all map[string]*stock, place string) *stock {
	return all[place]
}

func main() {
	log.SetFlags(log.LstdFlags | log.Lmsgprefix)
	log.Print("inventory 1.9.3 starting")
	if len(os.Args) > 1 && os.Args[1] == "lookup" {
		place := find(map[string]*stock{}, "warehouse-2")
		log.Printf("%d items known", len(place.counts))
		return
	}
	var shelf stock
	shelf.add("lamp", 4)
}
