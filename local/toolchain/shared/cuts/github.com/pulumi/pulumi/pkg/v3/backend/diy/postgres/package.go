// Package postgres registers no backend postgres://: the embedded datacenter keeps its state in files.
package postgres
