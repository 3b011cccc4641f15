package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"sync"

	"github.com/vmware/govmomi/vim25/types"
)

const classesPath = "/api/vcenter/namespace-management/virtual-machine-classes"

var label = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

// class is a VM class as the API returns it, by field.
type class map[string]any

// classes are the VM classes. The simulator keeps them too, but refuses nothing and forgets what a PATCH leaves out.
type classes struct {
	sync.Mutex
	byID map[string]class
	// usedBy says which vSphere Namespaces a class is linked to.
	usedBy func(id string) []string
}

// sizes are those of the classes that a vCenter brings: CPUs and GiB, as best-effort-* and guaranteed-*.
var sizes = map[string][2]int{
	"xsmall": {2, 2}, "small": {2, 4}, "medium": {2, 8}, "large": {4, 16},
	"xlarge": {4, 32}, "2xlarge": {8, 64}, "4xlarge": {16, 128}, "8xlarge": {32, 128},
}

func newClasses() *classes {
	known := &classes{byID: map[string]class{}, usedBy: func(string) []string { return nil }}
	for kind, reservation := range map[string]int{"best-effort": 0, "guaranteed": 100} {
		for size, of := range sizes {
			id := kind + "-" + size
			known.byID[id] = class{
				"id": id, "config_status": "READY", "namespaces": []string{}, "vms": []string{},
				"cpu_count": of[0], "memory_MB": of[1] * 1024, "memory_mb": of[1] * 1024,
				"cpu_reservation": reservation, "memory_reservation": reservation,
			}
		}
	}
	return known
}

func (c *classes) register(mux *http.ServeMux, s *sessions) {
	mux.HandleFunc("GET "+classesPath, s.guard(c.list))
	mux.HandleFunc("POST "+classesPath, s.guard(c.create))
	mux.HandleFunc("GET "+classesPath+"/{id}", s.guard(c.get))
	mux.HandleFunc("PATCH "+classesPath+"/{id}", s.guard(c.update))
	mux.HandleFunc("DELETE "+classesPath+"/{id}", s.guard(c.delete))
}

func whole(value any) (int, bool) {
	number, ok := value.(float64)
	return int(number), ok && number == float64(int(number))
}

// invalid says what the API would not take.
func (c class) invalid() error {
	cpus, ok := whole(c["cpu_count"])
	if !ok || cpus < 1 {
		return fmt.Errorf("cpu_count is %v", c["cpu_count"])
	}
	if memory, ok := whole(c["memory_MB"]); !ok || memory < 4 || memory%4 != 0 {
		return fmt.Errorf("memory_MB is %v: it must be a multiple of 4", c["memory_MB"])
	}
	for _, name := range []string{"cpu_reservation", "memory_reservation"} {
		if percent, ok := whole(c[name]); c[name] != nil && (!ok || percent < 0 || percent > 100) {
			return fmt.Errorf("%s is %v: it must be 0 to 100", name, c[name])
		}
	}
	return nil
}

// typed passes a config spec through the type that vCenter has for it: an unknown field or `_typeName` is refused,
// and what is kept is written as vCenter writes it.
func typed(spec any) (any, error) {
	text, err := json.Marshal(spec)
	if err != nil {
		return nil, err
	}
	var config types.VirtualMachineConfigSpec
	if err := types.NewJSONDecoder(bytes.NewReader(text)).Decode(&config); err != nil {
		return nil, err
	}
	if err := groupsAreWhole(config); err != nil {
		return nil, err
	}
	var kept bytes.Buffer
	if err := types.NewJSONEncoder(&kept).Encode(config); err != nil {
		return nil, err
	}
	var value any
	if err := json.Unmarshal(kept.Bytes(), &value); err != nil {
		return nil, err
	}
	if field := lost(spec, value, ""); field != "" {
		return nil, fmt.Errorf("unknown field %s", field)
	}
	return value, nil
}

// lost is the first field of a document that the types have no place for; the decoder drops it without a word.
func lost(given, kept any, path string) string {
	switch one := given.(type) {
	case map[string]any:
		other, _ := kept.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(one)) {
			if _, there := other[key]; !there && one[key] != nil {
				return path + "." + key
			}
			if field := lost(one[key], other[key], path+"."+key); field != "" {
				return field
			}
		}
	case []any:
		other, _ := kept.([]any)
		for index := range min(len(one), len(other)) {
			if field := lost(one[index], other[index], fmt.Sprintf("%s[%d]", path, index)); field != "" {
				return field
			}
		}
	}
	return ""
}

// groupsAreWhole refuses a device of a group that is not declared, and two devices in one place of it.
func groupsAreWhole(config types.VirtualMachineConfigSpec) error {
	declared := map[int32]bool{}
	if config.DeviceGroups != nil {
		for _, group := range config.DeviceGroups.DeviceGroup {
			declared[group.GetVirtualMachineVirtualDeviceGroupsDeviceGroup().GroupInstanceKey] = true
		}
	}
	taken := map[types.VirtualDeviceDeviceGroupInfo]bool{}
	for _, change := range config.DeviceChange {
		member := change.GetVirtualDeviceConfigSpec().Device.GetVirtualDevice().DeviceGroupInfo
		if member == nil {
			continue
		}
		if !declared[member.GroupInstanceKey] {
			return fmt.Errorf("no device group %d is declared", member.GroupInstanceKey)
		}
		if taken[*member] {
			return fmt.Errorf("two devices have sequence id %d", member.SequenceId)
		}
		taken[*member] = true
	}
	return nil
}

// merge puts the given fields over a class.
func merge(old class, given map[string]any) (class, error) {
	next := class{}
	maps.Copy(next, old)
	maps.Copy(next, given)
	if given["config_spec"] != nil {
		spec, err := typed(given["config_spec"])
		if err != nil {
			return nil, fmt.Errorf("config_spec: %w", err)
		}
		next["config_spec"] = spec
	}
	return next, next.invalid()
}

func (c *classes) list(w http.ResponseWriter, _ *http.Request) {
	c.Lock()
	defer c.Unlock()
	all := []class{}
	for _, id := range slices.Sorted(maps.Keys(c.byID)) {
		all = append(all, c.byID[id])
	}
	answer(w, http.StatusOK, all)
}

func (c *classes) create(w http.ResponseWriter, r *http.Request) {
	var given map[string]any
	if err := json.NewDecoder(r.Body).Decode(&given); err != nil {
		refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", "%v", err)
		return
	}
	id, _ := given["id"].(string)
	c.Lock()
	defer c.Unlock()
	if !label.MatchString(id) {
		refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", "id %q is no DNS label", id)
		return
	}
	if c.byID[id] != nil {
		refuse(w, http.StatusBadRequest, "ALREADY_EXISTS", "virtual machine class %s exists", id)
		return
	}
	made, err := merge(class{"config_status": "READY", "namespaces": []string{}, "vms": []string{}}, given)
	if err != nil {
		refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", "%v", err)
		return
	}
	// The plugin's library reads the other spelling.
	made["memory_mb"] = made["memory_MB"]
	c.byID[id] = made
	w.WriteHeader(http.StatusNoContent)
}

func (c *classes) get(w http.ResponseWriter, r *http.Request) {
	c.Lock()
	defer c.Unlock()
	if found := c.byID[r.PathValue("id")]; found != nil {
		answer(w, http.StatusOK, found)
		return
	}
	refuse(w, http.StatusNotFound, "NOT_FOUND", "virtual machine class %s not found", r.PathValue("id"))
}

func (c *classes) update(w http.ResponseWriter, r *http.Request) {
	var given map[string]any
	if err := json.NewDecoder(r.Body).Decode(&given); err != nil {
		refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", "%v", err)
		return
	}
	c.Lock()
	defer c.Unlock()
	id := r.PathValue("id")
	if c.byID[id] == nil {
		refuse(w, http.StatusNotFound, "NOT_FOUND", "virtual machine class %s not found", id)
		return
	}
	next, err := merge(c.byID[id], given)
	if err != nil {
		refuse(w, http.StatusBadRequest, "INVALID_ARGUMENT", "%v", err)
		return
	}
	next["memory_mb"] = next["memory_MB"]
	c.byID[id] = next
	w.WriteHeader(http.StatusNoContent)
}

func (c *classes) delete(w http.ResponseWriter, r *http.Request) {
	c.Lock()
	defer c.Unlock()
	id := r.PathValue("id")
	if c.byID[id] == nil {
		refuse(w, http.StatusNotFound, "NOT_FOUND", "virtual machine class %s not found", id)
		return
	}
	if users := c.usedBy(id); len(users) > 0 {
		refuse(w, http.StatusBadRequest, "RESOURCE_IN_USE", "virtual machine class %s is used by %v", id, users)
		return
	}
	delete(c.byID, id)
	w.WriteHeader(http.StatusNoContent)
}

// outOfBand changes or removes a class as somebody else would; removing asks nobody who uses it.
func (c *classes) outOfBand() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodPatch:
			c.update(w, r)
		case http.MethodDelete:
			c.Lock()
			delete(c.byID, r.PathValue("id"))
			c.Unlock()
			w.WriteHeader(http.StatusNoContent)
		default:
			c.get(w, r)
		}
	})
}
