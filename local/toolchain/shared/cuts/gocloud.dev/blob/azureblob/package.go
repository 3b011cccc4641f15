// Package azureblob registers no object store: the embedded datacenter keeps its state in files.
package azureblob
