package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// fault is what goes wrong from now on; an empty one is none.
type fault struct {
	// Down closes every connection without an answer.
	Down bool `json:"down"`
	// DownAfter lets so many more requests through, and is down then.
	DownAfter *int `json:"downAfter"`
	// SlowMs waits before every answer.
	SlowMs int `json:"slowMs"`
	// Status is answered instead of the work, Times times; 0 times is always.
	Status int `json:"status"`
	Times  int `json:"times"`
	// LoseAnswer does the work of the first request that begins so ("POST /api/…") and closes the connection
	// before the answer.
	LoseAnswer string `json:"loseAnswer"`
}

type faults struct {
	sync.Mutex
	now fault
}

func (f *faults) admin() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var next fault
		if r.Method != http.MethodPut {
			refuse(w, http.StatusMethodNotAllowed, "UNSUPPORTED", "PUT a fault")
			return
		}
		decoder := json.NewDecoder(r.Body)
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&next); err != nil {
			refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", "%v", err)
			return
		}
		f.Lock()
		f.now = next
		f.Unlock()
		answer(w, http.StatusOK, next)
	})
}

// next is the fault of the request that comes now.
func (f *faults) next(r *http.Request) fault {
	f.Lock()
	defer f.Unlock()
	now := f.now
	if f.now.DownAfter != nil {
		if *f.now.DownAfter == 0 {
			now.Down = true
		} else {
			left := *f.now.DownAfter - 1
			f.now.DownAfter = &left
		}
	}
	if now.Status != 0 && now.Times > 0 {
		if f.now.Times--; f.now.Times == 0 {
			f.now.Status = 0
		}
	}
	lost := now.LoseAnswer != "" && strings.HasPrefix(r.Method+" "+r.URL.Path, now.LoseAnswer)
	if lost {
		f.now.LoseAnswer = ""
	} else {
		now.LoseAnswer = ""
	}
	return now
}

func (f *faults) wrap(api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := f.next(r)
		if now.SlowMs > 0 {
			select {
			case <-time.After(time.Duration(now.SlowMs) * time.Millisecond):
			case <-r.Context().Done():
				return
			}
		}
		if now.Down {
			panic(http.ErrAbortHandler)
		}
		if now.Status != 0 {
			refuse(w, now.Status, "SERVICE_UNAVAILABLE", "a fault that was asked for")
			return
		}
		if now.LoseAnswer != "" {
			api.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		api.ServeHTTP(w, r)
	})
}
