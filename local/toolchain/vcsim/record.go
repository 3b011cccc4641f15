package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

// request is what the stand-in saw of one call. Bodies of logins and credentials are never kept.
type request struct {
	At     time.Time       `json:"at"`
	Method string          `json:"method"`
	Path   string          `json:"path"`
	Query  string          `json:"query,omitempty"`
	Status int             `json:"status"`
	Body   json.RawMessage `json:"body,omitempty"`
}

type recorder struct {
	sync.Mutex
	file *os.File
	seen []request
}

func newRecorder(path string) (*recorder, error) {
	if path == "" {
		return &recorder{}, nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	return &recorder{file: file}, err
}

func (r *recorder) add(one request) {
	r.Lock()
	defer r.Unlock()
	r.seen = append(r.seen, one)
	if r.file != nil {
		line, _ := json.Marshal(one)
		_, _ = r.file.Write(append(line, '\n'))
	}
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (r *recorder) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		req.Body = io.NopCloser(bytes.NewReader(body))
		one := request{At: time.Now(), Method: req.Method, Path: req.URL.Path, Query: req.URL.RawQuery}
		if json.Valid(body) && !strings.HasSuffix(req.URL.Path, "/Login") {
			one.Body = body
		}
		status := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		// A dropped connection is a panic on purpose; it is seen too, with status 0.
		defer func() {
			if cause := recover(); cause != nil {
				r.add(one)
				panic(cause)
			}
			one.Status = status.status
			r.add(one)
		}()
		next.ServeHTTP(status, req)
	})
}

func (r *recorder) list() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		r.Lock()
		defer r.Unlock()
		answer(w, http.StatusOK, append([]request{}, r.seen...))
	})
}

func describe(r *recorder) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		r.Lock()
		defer r.Unlock()
		answer(w, http.StatusOK, map[string]any{
			"standIn": true, "kind": "vcenter", "of": "govmomi's simulator", "requests": len(r.seen),
		})
	})
}
