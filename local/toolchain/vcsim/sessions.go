package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"

	"github.com/google/uuid"
	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

const sessionHeader = "vmware-api-session-id"

// sessions adds the logins that the simulator lacks: POST /api/session, and that of the JSON form of the vim API.
type sessions struct {
	sync.Mutex
	backend *url.URL
	rest    map[string]bool
	vim     map[string]*govmomi.Client
}

func newSessions(backend *url.URL) *sessions {
	return &sessions{backend: backend, rest: map[string]bool{}, vim: map[string]*govmomi.Client{}}
}

func (s *sessions) register(mux *http.ServeMux) {
	mux.HandleFunc("POST /api/session", s.login)
	mux.HandleFunc("DELETE /api/session", s.logout)
	mux.HandleFunc("POST /sdk/vim25/{release}/SessionManager/SessionManager/Login", s.vimLogin)
	mux.HandleFunc("POST /sdk/vim25/{release}/SessionManager/SessionManager/Logout", s.vimLogout)
	mux.HandleFunc("GET /sdk/vim25/{release}/ClusterComputeResource/{id}/environmentBrowser", s.browser)
	mux.HandleFunc("POST /sdk/vim25/{release}/EnvironmentBrowser/{id}/QueryConfigTarget", s.configTarget)
}

func (s *sessions) accepts(user, password string) bool {
	known, _ := s.backend.User.Password()
	return user == s.backend.User.Username() && password == known
}

func (s *sessions) login(w http.ResponseWriter, r *http.Request) {
	user, password, _ := r.BasicAuth()
	if !s.accepts(user, password) {
		refuse(w, http.StatusUnauthorized, "UNAUTHENTICATED", "Authentication required.")
		return
	}
	target := *s.backend
	target.User, target.Path = nil, "/rest/com/vmware/cis/session"
	forward, _ := http.NewRequestWithContext(r.Context(), http.MethodPost, target.String(), nil)
	forward.SetBasicAuth(user, password)
	response, err := http.DefaultClient.Do(forward)
	if err != nil {
		refuse(w, http.StatusInternalServerError, "ERROR", "%v", err)
		return
	}
	defer response.Body.Close()
	var token struct{ Value string }
	if err := json.NewDecoder(response.Body).Decode(&token); err != nil {
		refuse(w, http.StatusInternalServerError, "ERROR", "%v", err)
		return
	}
	s.Lock()
	s.rest[token.Value] = true
	s.Unlock()
	answer(w, http.StatusCreated, token.Value)
}

func (s *sessions) logout(w http.ResponseWriter, r *http.Request) {
	s.Lock()
	delete(s.rest, r.Header.Get(sessionHeader))
	s.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

// guard lets only sessions through to a handler of ours. Sessions of the older /rest login, which the provider
// plugin uses, are the simulator's own to know.
func (s *sessions) guard(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token := r.Header.Get(sessionHeader)
		if cookie, err := r.Cookie(sessionHeader); err == nil && token == "" {
			token = cookie.Value
		}
		s.Lock()
		known := s.rest[token]
		s.Unlock()
		if !known && !s.backendKnows(r.Context(), token) {
			refuse(w, http.StatusUnauthorized, "UNAUTHENTICATED", "Authentication required.")
			return
		}
		next(w, r)
	}
}

func (s *sessions) backendKnows(ctx context.Context, token string) bool {
	target := *s.backend
	target.User, target.Path = nil, "/rest/com/vmware/cis/session"
	ask, _ := http.NewRequestWithContext(ctx, http.MethodPost, target.String()+"?~action=get", nil)
	ask.Header.Set(sessionHeader, token)
	response, err := http.DefaultClient.Do(ask)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

func (s *sessions) vimLogin(w http.ResponseWriter, r *http.Request) {
	var login struct{ UserName, Password string }
	_ = json.NewDecoder(r.Body).Decode(&login)
	if !s.accepts(login.UserName, login.Password) {
		answer(w, http.StatusInternalServerError, map[string]any{
			"_typeName": "InvalidLogin", "faultMessage": []any{},
		})
		return
	}
	client, err := govmomi.NewClient(context.Background(), s.backend, true)
	if err != nil {
		refuse(w, http.StatusInternalServerError, "ERROR", "%v", err)
		return
	}
	token := uuid.NewString()
	s.Lock()
	s.vim[token] = client
	s.Unlock()
	w.Header().Set(sessionHeader, token)
	answer(w, http.StatusOK, map[string]any{"_typeName": "UserSession", "userName": login.UserName})
}

func (s *sessions) vimLogout(w http.ResponseWriter, r *http.Request) {
	if client := s.vimClient(w, r); client != nil {
		_ = client.Logout(r.Context())
		s.Lock()
		delete(s.vim, r.Header.Get(sessionHeader))
		s.Unlock()
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *sessions) vimClient(w http.ResponseWriter, r *http.Request) *govmomi.Client {
	s.Lock()
	defer s.Unlock()
	client := s.vim[r.Header.Get(sessionHeader)]
	if client == nil {
		answer(w, http.StatusInternalServerError, map[string]any{"_typeName": "NotAuthenticated"})
	}
	return client
}

func (s *sessions) browser(w http.ResponseWriter, r *http.Request) {
	client := s.vimClient(w, r)
	if client == nil {
		return
	}
	var cluster mo.ClusterComputeResource
	ref := types.ManagedObjectReference{Type: "ClusterComputeResource", Value: r.PathValue("id")}
	err := property.DefaultCollector(client.Client).RetrieveOne(r.Context(), ref, []string{"environmentBrowser"}, &cluster)
	if err != nil || cluster.EnvironmentBrowser == nil {
		answer(w, http.StatusNotFound, map[string]any{"_typeName": "ManagedObjectNotFound", "obj": ref})
		return
	}
	answerTyped(w, cluster.EnvironmentBrowser)
}

func (s *sessions) configTarget(w http.ResponseWriter, r *http.Request) {
	client := s.vimClient(w, r)
	if client == nil {
		return
	}
	var asked types.QueryConfigTargetRequestType
	if err := types.NewJSONDecoder(r.Body).Decode(&asked); err != nil {
		answer(w, http.StatusBadRequest, map[string]any{"_typeName": "InvalidRequest", "reason": err.Error()})
		return
	}
	query := types.QueryConfigTarget(asked)
	query.This = types.ManagedObjectReference{Type: "EnvironmentBrowser", Value: r.PathValue("id")}
	response, err := methods.QueryConfigTarget(r.Context(), client.Client, &query)
	if err != nil {
		answer(w, http.StatusInternalServerError, map[string]any{"_typeName": "RuntimeFault", "reason": err.Error()})
		return
	}
	answerTyped(w, response.Returnval)
}

// answerTyped writes a vim object as the JSON form of the API does, with its `_typeName`s.
func answerTyped(w http.ResponseWriter, value any) {
	var text bytes.Buffer
	if err := types.NewJSONEncoder(&text).Encode(value); err != nil {
		refuse(w, http.StatusInternalServerError, "ERROR", "%v", err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(text.Bytes())
}
