// Package gcsblob registers no object store: the embedded datacenter keeps its state in files.
package gcsblob

// Scheme is that of the URLs that this build refuses.
const Scheme = "gs"
