// Applies files with Flux's own library, as kustomize-controller does: `apply FILE` a line on standard input, one line of JSON for each.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/polling"
	"github.com/fluxcd/pkg/ssa"
	"github.com/fluxcd/pkg/ssa/normalize"
	"github.com/fluxcd/pkg/ssa/utils"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
)

const (
	group = "kustomize.toolkit.fluxcd.io"
	// The controller's default of --concurrent-ssa.
	concurrency = 4
)

type answer struct {
	Milliseconds float64        `json:"milliseconds"`
	Actions      map[string]int `json:"actions,omitempty"`
	Error        string         `json:"error,omitempty"`
}

func main() {
	kubeconfig := flag.String("kubeconfig", "", "path of a kubeconfig")
	kubecontext := flag.String("context", "", "its context")
	flag.Parse()
	kube, err := connect(*kubeconfig, *kubecontext)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	serve(kube)
}

// connect builds what the controller builds once for all its reconciles.
func connect(kubeconfig, kubecontext string) (client.Client, error) {
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(
		&clientcmd.ClientConfigLoadingRules{ExplicitPath: kubeconfig},
		&clientcmd.ConfigOverrides{CurrentContext: kubecontext},
	).ClientConfig()
	if err != nil {
		return nil, err
	}
	// No limit, as the controller has none where the server has priority and fairness.
	config.QPS, config.Burst = -1, -1
	httpClient, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	mapper, err := apiutil.NewDynamicRESTMapper(config, httpClient)
	if err != nil {
		return nil, err
	}
	return client.New(config, client.Options{HTTPClient: httpClient, Mapper: mapper})
}

func serve(kube client.Client) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		file, found := strings.CutPrefix(lines.Text(), "apply ")
		if !found {
			fmt.Fprintln(os.Stderr, "each line is: apply FILE")
			os.Exit(2)
		}
		begun := time.Now()
		actions, err := apply(context.Background(), kube, file)
		told := answer{Milliseconds: float64(time.Since(begun).Microseconds()) / 1000, Actions: actions}
		if err != nil {
			told.Error = err.Error()
		}
		line, _ := json.Marshal(told)
		fmt.Println(string(line))
	}
}

// apply is the controller's apply(): a new manager each time, labels, normalised objects, and all stages.
func apply(ctx context.Context, kube client.Client, file string) (map[string]int, error) {
	reader, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	objects, err := utils.ReadObjects(bufio.NewReader(reader))
	if err != nil {
		return nil, err
	}
	poller := polling.NewStatusPoller(kube, kube.RESTMapper(), polling.Options{})
	manager := ssa.NewResourceManager(kube, poller, ssa.Owner{Field: "kustomize-controller", Group: group})
	manager.SetConcurrency(concurrency)
	manager.SetOwnerLabels(objects, "load", "flux-system")
	if err := normalize.UnstructuredList(objects); err != nil {
		return nil, err
	}
	changes, err := manager.ApplyAllStaged(ctx, objects, options())
	actions := map[string]int{}
	if changes != nil {
		for _, entry := range changes.Entries {
			actions[string(entry.Action)]++
		}
	}
	return actions, err
}

// options are those of kustomize-controller for a Kustomization that sets none.
func options() ssa.ApplyOptions {
	opts := ssa.DefaultApplyOptions()
	opts.ExclusionSelector = map[string]string{group + "/reconcile": "disabled", group + "/ssa": "Ignore"}
	opts.IfNotPresentSelector = map[string]string{group + "/ssa": "IfNotPresent"}
	opts.ForceSelector = map[string]string{group + "/force": "enabled"}
	opts.Cleanup = ssa.ApplyCleanupOptions{
		Annotations: []string{
			corev1.LastAppliedConfigAnnotation,
			group + "/checksum",
			"fluxcd.io/sync-checksum",
		},
		Labels: []string{"fluxcd.io/sync-gc-mark"},
		FieldManagers: []ssa.FieldManager{
			{Name: "kubectl", OperationType: metav1.ManagedFieldsOperationApply},
			{Name: "kubectl", OperationType: metav1.ManagedFieldsOperationUpdate},
			{Name: "before-first-apply", OperationType: metav1.ManagedFieldsOperationUpdate},
			{Name: "kustomize-controller", OperationType: metav1.ManagedFieldsOperationUpdate},
		},
		Exclusions: map[string]string{group + "/ssa": "Merge"},
	}
	return opts
}
