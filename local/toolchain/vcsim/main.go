// Command vcsim stands in for a vCenter: govmomi's simulator, with what it lacks for a Supervisor and for GPUs. It
// says of itself that it is a stand-in, keeps what it was asked, and fails as it is told to.
package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"

	_ "github.com/vmware/govmomi/lookup/simulator"
	_ "github.com/vmware/govmomi/pbm/simulator"
	_ "github.com/vmware/govmomi/sts/simulator"
	_ "github.com/vmware/govmomi/vapi/cluster/simulator"
	_ "github.com/vmware/govmomi/vapi/namespace/simulator"
	_ "github.com/vmware/govmomi/vapi/simulator"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "loopback address to serve on, with TLS")
	record := flag.String("record", "", "file to append a JSON line to for every request")
	user := flag.String("user", "administrator@vsphere.local", "the accepted user; the password is $STAND_IN_PASSWORD")
	group := flag.String("device-group", "Nvidia:4@nvidia_h100xm-80c%NVLink", "vendor device group that every host offers")
	sequence := flag.String("sequence", "101,102,103,104", "sequence ids of the group's members")
	flag.Parse()
	password := os.Getenv("STAND_IN_PASSWORD")
	host, _, err := net.SplitHostPort(*listen)
	if err != nil || !net.ParseIP(host).IsLoopback() {
		log.Fatalf("-listen %s: a loopback address and a port are needed", *listen)
	}
	if password == "" {
		log.Fatal("STAND_IN_PASSWORD is empty")
	}

	backend, registry, err := startSimulator(url.UserPassword(*user, password))
	if err != nil {
		log.Fatal(err)
	}
	template, err := deviceGroup(*group, *sequence)
	if err != nil {
		log.Fatal(err)
	}
	offerGroup(registry, template)

	recorder, err := newRecorder(*record)
	if err != nil {
		log.Fatal(err)
	}
	faults := &faults{}
	api := http.NewServeMux()
	api.Handle("/", httputil.NewSingleHostReverseProxy(&url.URL{Scheme: backend.Scheme, Host: backend.Host}))
	sessions := newSessions(backend)
	sessions.register(api)
	inventory{sessions}.register(api)
	classes := newClasses()
	classes.register(api, sessions)
	newNamespaces(classes).register(api, sessions)

	root := http.NewServeMux()
	root.Handle("/stand-in", describe(recorder))
	root.Handle("/stand-in/requests", recorder.list())
	root.Handle("/stand-in/faults", faults.admin())
	root.Handle("/stand-in/classes/{id}", classes.outOfBand())
	root.Handle("/", recorder.wrap(faults.wrap(api)))

	certificate, err := selfSigned(host)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := tls.Listen("tcp", *listen, &tls.Config{Certificates: []tls.Certificate{certificate}})
	if err != nil {
		log.Fatal(err)
	}
	// The only line on standard output: where it listens, once it does.
	fmt.Printf("https://%s\n", listener.Addr())
	server := &http.Server{Handler: root}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-stop
		_ = server.Shutdown(context.Background())
		os.Exit(0)
	}()
	log.Fatal(server.Serve(listener))
}

func startSimulator(login *url.Userinfo) (*url.URL, *simulator.Registry, error) {
	model := simulator.VPX()
	model.Host = 0
	if err := model.Create(); err != nil {
		return nil, nil, err
	}
	model.Service.RegisterEndpoints = true
	model.Service.Listen = &url.URL{Host: "127.0.0.1:0", User: login}
	server := model.Service.NewServer()
	return server.URL, model.Service.Context.Map, nil
}

// offerGroup makes every cluster's hosts offer a vendor device group, as a GPU host does at boot.
func offerGroup(registry *simulator.Registry, template types.VirtualMachineVendorDeviceGroupInfo) {
	for _, entity := range registry.All("ClusterComputeResource") {
		cluster := entity.(*simulator.ClusterComputeResource)
		browser := registry.Get(*cluster.EnvironmentBrowser).(*simulator.EnvironmentBrowser)
		browser.QueryConfigTargetResponse.Returnval = &types.ConfigTarget{
			NumCpus:               int32(len(cluster.Host)),
			VendorDeviceGroupInfo: []types.VirtualMachineVendorDeviceGroupInfo{template},
		}
	}
}

// deviceGroup is the template that a host gives for `Nvidia:<n>@<profile>%<link>`.
func deviceGroup(name, sequence string) (types.VirtualMachineVendorDeviceGroupInfo, error) {
	group := types.VirtualMachineVendorDeviceGroupInfo{DeviceGroupName: name}
	_, rest, _ := strings.Cut(name, "@")
	profile, _, found := strings.Cut(rest, "%")
	if !found {
		return group, fmt.Errorf("-device-group %s: want Nvidia:<n>@<profile>%%<link>", name)
	}
	var ids []int32
	if err := json.Unmarshal([]byte("["+sequence+"]"), &ids); err != nil {
		return group, fmt.Errorf("-sequence %s: %w", sequence, err)
	}
	group.Name = name
	for key, id := range ids {
		group.ComponentDeviceInfo = append(group.ComponentDeviceInfo, types.VirtualMachineVendorDeviceGroupInfoComponentDeviceInfo{
			Type:       "pciPassthru",
			VendorName: "NVIDIA",
			DeviceName: profile,
			Device: &types.VirtualPCIPassthrough{VirtualDevice: types.VirtualDevice{
				Key:             int32(-1 - key),
				Backing:         &types.VirtualPCIPassthroughVmiopBackingInfo{Vgpu: profile},
				DeviceGroupInfo: &types.VirtualDeviceDeviceGroupInfo{GroupInstanceKey: -1, SequenceId: id},
			}},
		})
	}
	return group, nil
}
