package main

import (
	"net/http"
	"slices"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/object"
)

// inventory adds the lists of /api/vcenter that the simulator lacks.
type inventory struct{ sessions *sessions }

func (i inventory) register(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/vcenter/datacenter", i.sessions.guard(i.datacenters))
	mux.HandleFunc("GET /api/vcenter/cluster", i.sessions.guard(i.clusters))
	mux.HandleFunc("GET /api/vcenter/host", i.sessions.guard(i.hosts))
}

func wanted(r *http.Request, filter, value string) bool {
	values := r.URL.Query()[filter]
	return len(values) == 0 || slices.Contains(values, value)
}

func (i inventory) each(r *http.Request, visit func(*object.Datacenter, *find.Finder) error) error {
	client, err := govmomi.NewClient(r.Context(), i.sessions.backend, true)
	if err != nil {
		return err
	}
	finder := find.NewFinder(client.Client)
	datacenters, err := finder.DatacenterList(r.Context(), "*")
	if err != nil {
		return err
	}
	for _, datacenter := range datacenters {
		if err := visit(datacenter, finder.SetDatacenter(datacenter)); err != nil {
			return err
		}
	}
	return nil
}

func (i inventory) list(w http.ResponseWriter, r *http.Request, visit func(*object.Datacenter, *find.Finder) ([]any, error)) {
	found := []any{}
	err := i.each(r, func(datacenter *object.Datacenter, finder *find.Finder) error {
		some, err := visit(datacenter, finder)
		found = append(found, some...)
		return err
	})
	if err != nil {
		refuse(w, http.StatusInternalServerError, "ERROR", "%v", err)
		return
	}
	answer(w, http.StatusOK, found)
}

func (i inventory) datacenters(w http.ResponseWriter, r *http.Request) {
	i.list(w, r, func(datacenter *object.Datacenter, _ *find.Finder) ([]any, error) {
		if !wanted(r, "names", datacenter.Name()) {
			return nil, nil
		}
		return []any{map[string]any{"datacenter": datacenter.Reference().Value, "name": datacenter.Name()}}, nil
	})
}

func (i inventory) clusters(w http.ResponseWriter, r *http.Request) {
	i.list(w, r, func(datacenter *object.Datacenter, finder *find.Finder) (found []any, err error) {
		if !wanted(r, "datacenters", datacenter.Reference().Value) {
			return nil, nil
		}
		clusters, err := finder.ClusterComputeResourceList(r.Context(), "*")
		for _, cluster := range clusters {
			if wanted(r, "names", cluster.Name()) {
				found = append(found, map[string]any{
					"cluster": cluster.Reference().Value, "name": cluster.Name(), "ha_enabled": true, "drs_enabled": true,
				})
			}
		}
		return found, err
	})
}

func (i inventory) hosts(w http.ResponseWriter, r *http.Request) {
	i.list(w, r, func(_ *object.Datacenter, finder *find.Finder) (found []any, err error) {
		clusters, err := finder.ClusterComputeResourceList(r.Context(), "*")
		for _, cluster := range clusters {
			if !wanted(r, "clusters", cluster.Reference().Value) {
				continue
			}
			hosts, err := cluster.Hosts(r.Context())
			if err != nil {
				return nil, err
			}
			for _, host := range hosts {
				found = append(found, map[string]any{
					"host": host.Reference().Value, "name": host.Name(),
					"connection_state": "CONNECTED", "power_state": "POWERED_ON",
				})
			}
		}
		return found, err
	})
}
