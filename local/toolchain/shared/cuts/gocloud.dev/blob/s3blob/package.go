// Package s3blob registers no object store: the embedded datacenter keeps its state in files.
package s3blob
