package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"sync"
)

const (
	supervisorID   = "5f0e1f3c-1f0b-4a57-9d6c-0b2f6f1f8a10"
	supervisorPath = "/api/vcenter/namespace-management/supervisors"
	namespacesPath = "/api/vcenter/namespaces/instances"
)

type vmService struct {
	VMClasses        []string `json:"vm_classes"`
	ContentLibraries []string `json:"content_libraries"`
}

type storage struct {
	Policy string `json:"policy"`
	Limit  *int64 `json:"limit,omitempty"`
}

type namespace struct {
	Supervisor   string    `json:"supervisor"`
	ConfigStatus string    `json:"config_status"`
	Description  string    `json:"description"`
	Storage      []storage `json:"storage_specs"`
	VMService    vmService `json:"vm_service_spec"`
	Stats        struct {
		CPU     int `json:"cpu_used"`
		Memory  int `json:"memory_used"`
		Storage int `json:"storage_used"`
	} `json:"stats"`
}

// namespaces adds the Supervisor and the second version of the vSphere Namespaces' API, which the simulator lacks.
type namespaces struct {
	sync.Mutex
	classes *classes
	byName  map[string]*namespace
}

func newNamespaces(c *classes) *namespaces {
	n := &namespaces{classes: c, byName: map[string]*namespace{}}
	c.usedBy = n.using
	return n
}

func (n *namespaces) using(class string) (names []string) {
	n.Lock()
	defer n.Unlock()
	for _, name := range slices.Sorted(maps.Keys(n.byName)) {
		if slices.Contains(n.byName[name].VMService.VMClasses, class) {
			names = append(names, name)
		}
	}
	return names
}

func (n *namespaces) register(mux *http.ServeMux, s *sessions) {
	mux.HandleFunc("GET "+supervisorPath+"/summaries", s.guard(n.supervisors))
	mux.HandleFunc("POST "+namespacesPath+"/v2", s.guard(n.create))
	mux.HandleFunc("GET "+namespacesPath+"/v2", s.guard(n.list))
	mux.HandleFunc("GET "+namespacesPath+"/v2/{name}", s.guard(n.get))
	mux.HandleFunc("PATCH "+namespacesPath+"/{name}", s.guard(n.update))
	mux.HandleFunc("DELETE "+namespacesPath+"/{name}", s.guard(n.delete))
}

func (n *namespaces) supervisors(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{"items": []any{map[string]any{
		"supervisor": supervisorID,
		"info": map[string]any{
			"name": "supervisor", "config_status": "RUNNING", "kubernetes_status": "READY", "stats": map[string]any{},
		},
	}}})
}

// unknownClass is the first VM class that is not there.
func (n *namespaces) unknownClass(spec vmService) string {
	n.classes.Lock()
	defer n.classes.Unlock()
	for _, id := range spec.VMClasses {
		if n.classes.byID[id] == nil {
			return id
		}
	}
	return ""
}

func (n *namespaces) create(w http.ResponseWriter, r *http.Request) {
	var given struct {
		Namespace   string    `json:"namespace"`
		Supervisor  string    `json:"supervisor"`
		Description string    `json:"description"`
		Storage     []storage `json:"storage_specs"`
		VMService   vmService `json:"vm_service_spec"`
	}
	if err := json.NewDecoder(r.Body).Decode(&given); err != nil {
		refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", "%v", err)
		return
	}
	unknown := n.unknownClass(given.VMService)
	n.Lock()
	defer n.Unlock()
	switch {
	case !label.MatchString(given.Namespace):
		refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", "namespace %q is no DNS label", given.Namespace)
	case n.byName[given.Namespace] != nil:
		refuse(w, http.StatusBadRequest, "ALREADY_EXISTS", "namespace %s exists", given.Namespace)
	case given.Supervisor != supervisorID:
		refuse(w, http.StatusNotFound, "NOT_FOUND", "supervisor %s not found", given.Supervisor)
	case unknown != "":
		refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", "virtual machine class %s not found", unknown)
	default:
		n.byName[given.Namespace] = &namespace{
			Supervisor: given.Supervisor, ConfigStatus: "CONFIGURING", Description: given.Description,
			Storage: given.Storage, VMService: given.VMService,
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

func (n *namespaces) list(w http.ResponseWriter, _ *http.Request) {
	n.Lock()
	defer n.Unlock()
	all := []any{}
	for _, name := range slices.Sorted(maps.Keys(n.byName)) {
		one := n.byName[name]
		all = append(all, map[string]any{
			"supervisor": one.Supervisor, "namespace": name, "config_status": one.ConfigStatus, "stats": one.Stats,
		})
	}
	answer(w, http.StatusOK, all)
}

// get says CONFIGURING once, as a vCenter does for some seconds.
func (n *namespaces) get(w http.ResponseWriter, r *http.Request) {
	n.Lock()
	defer n.Unlock()
	found := n.byName[r.PathValue("name")]
	if found == nil {
		refuse(w, http.StatusNotFound, "NOT_FOUND", "namespace %s not found", r.PathValue("name"))
		return
	}
	answer(w, http.StatusOK, found)
	found.ConfigStatus = "RUNNING"
}

func (n *namespaces) update(w http.ResponseWriter, r *http.Request) {
	var given struct {
		Storage   *[]storage `json:"storage_specs"`
		VMService *vmService `json:"vm_service_spec"`
	}
	if err := json.NewDecoder(r.Body).Decode(&given); err != nil {
		refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", "%v", err)
		return
	}
	n.Lock()
	defer n.Unlock()
	found := n.byName[r.PathValue("name")]
	if found == nil {
		refuse(w, http.StatusNotFound, "NOT_FOUND", "namespace %s not found", r.PathValue("name"))
		return
	}
	if given.Storage != nil {
		found.Storage = *given.Storage
	}
	if given.VMService != nil {
		found.VMService = *given.VMService
	}
	w.WriteHeader(http.StatusNoContent)
}

func (n *namespaces) delete(w http.ResponseWriter, r *http.Request) {
	n.Lock()
	defer n.Unlock()
	if n.byName[r.PathValue("name")] == nil {
		refuse(w, http.StatusNotFound, "NOT_FOUND", "namespace %s not found", r.PathValue("name"))
		return
	}
	delete(n.byName, r.PathValue("name"))
	w.WriteHeader(http.StatusNoContent)
}
