using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Sassnet.Training.Tests.Cluster;

/// <summary>
/// Answers kubectl as an API server would, for the calls that <c>train-on-cluster</c> makes it do and no others: it keeps what is created, and a Job's
/// status and log are what the test says. No Job runs.
/// </summary>
internal sealed class ApiServer : IDisposable
{
    // The answers to what kubectl asks about the server, in the form of before version 1.27, which every kubectl reads.
    private static readonly Dictionary<string, string> Discovery = new()
    {
        ["/version"] = """{"major":"1","minor":"32","gitVersion":"v1.32.0","platform":"linux/amd64"}""",
        ["/api"] = """{"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":[]}""",
        ["/apis"] = """
            {"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"batch","versions":[{"groupVersion":"batch/v1","version":"v1"}],
            "preferredVersion":{"groupVersion":"batch/v1","version":"v1"}}]}
            """,
        ["/api/v1"] = """
            {"kind":"APIResourceList","groupVersion":"v1","resources":[
            {"name":"configmaps","singularName":"configmap","namespaced":true,"kind":"ConfigMap","verbs":["create","get","patch"]},
            {"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["get","list"]},
            {"name":"pods/log","singularName":"","namespaced":true,"kind":"Pod","verbs":["get"]}]}
            """,
        ["/apis/batch/v1"] = """
            {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"batch/v1","resources":[
            {"name":"jobs","singularName":"job","namespaced":true,"kind":"Job","verbs":["create","get","patch"]}]}
            """,
    };

    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, JsonObject> _objects = new();

    private ApiServer(int port)
    {
        Address = $"http://127.0.0.1:{port}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = Serve();
    }

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>The names of what was created.</summary>
    public ConcurrentQueue<string> Created { get; } = [];

    /// <summary>A Job's status by its name, as JSON.</summary>
    public ConcurrentDictionary<string, string> Status { get; } = new();

    /// <summary>A container's log by JOB/CONTAINER.</summary>
    public ConcurrentDictionary<string, string> Logs { get; } = new();

    /// <summary>The names of Jobs that were deleted, with their pods.</summary>
    public ConcurrentBag<string> Deleted { get; } = [];

    /// <summary>Starts it on a free port.</summary>
    public static ApiServer Start()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        return new ApiServer(port);
    }

    /// <summary>Whether every connection breaks.</summary>
    public bool IsLost { get; set; }

    /// <summary>An object as it was created.</summary>
    public JsonObject Object(string name) => _objects.Single(item => item.Key.EndsWith("/" + name, StringComparison.Ordinal)).Value;

    public void Dispose() => ((IDisposable)_listener).Dispose();

    private async Task Serve()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception fault) when (fault is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            if (IsLost)
            {
                context.Response.Abort();
                continue;
            }

            using var body = new StreamReader(context.Request.InputStream);
            var (status, type, answer) = Answer(context.Request.HttpMethod, context.Request.Url!, await body.ReadToEndAsync());
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
            context.Response.Close();
        }
    }

    private (int Status, string Type, string Answer) Answer(string method, Uri url, string body)
    {
        const string json = "application/json";
        var path = url.AbsolutePath;
        if (method == "GET" && Discovery.TryGetValue(path, out var discovered))
            return (200, json, discovered);
        var parts = path.Split('/');
        if (method == "POST" && parts is ["", "apis", "batch", "v1", "namespaces", _, "jobs"] or ["", "api", "v1", "namespaces", _, "configmaps"])
            return (201, json, Create(path, JsonNode.Parse(body)!.AsObject()));
        if (method == "GET" && parts is ["", "api", "v1", "namespaces", var searched, "pods"])
            return (200, json, PodsOf(searched, url.Query));
        if (method == "GET" && parts is ["", "api", "v1", "namespaces", _, "pods", var logged, "log"])
            return (200, "text/plain", LogOf(logged, url.Query));
        if (method == "GET" && parts is ["", "api", "v1", "namespaces", var asked, "pods", var pod])
            return (200, json, Pod(asked, pod).ToJsonString());
        if (method == "GET" && !Deleted.Contains(path.Split('/')[^1]) && _objects.TryGetValue(path, out var kept))
            return (200, json, WithStatus(kept).ToJsonString());
        if (method == "PATCH" && _objects.TryGetValue(path, out var noted) && !JsonNode.Parse(body)!.AsObject().ContainsKey("spec"))
            return (200, json, noted.ToJsonString());
        if (method == "PATCH" && _objects.ContainsKey(path))
            return (422, json, """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Invalid","message":"spec.template: field is immutable","code":422}""");
        return (404, json, $$"""{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","message":"{{path}} not found","code":404}""");
    }

    private string Create(string path, JsonObject created)
    {
        var name = created["metadata"]!["name"]!.GetValue<string>();
        created["metadata"]!["namespace"] = path.Split('/')[^2];
        created["metadata"]!["uid"] = Guid.NewGuid().ToString();
        created["metadata"]!["resourceVersion"] = "1";
        if (path.EndsWith("/jobs", StringComparison.Ordinal))
            created["spec"]!["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["job-name"] = name } };
        _objects[$"{path}/{name}"] = created;
        Created.Enqueue(name);
        return created.ToJsonString();
    }

    private JsonObject WithStatus(JsonObject kept)
    {
        var shown = kept.DeepClone().AsObject();
        if (Status.TryGetValue(kept["metadata"]!["name"]!.GetValue<string>(), out var status))
            shown["status"] = JsonNode.Parse(status);
        return shown;
    }

    private static string PodsOf(string space, string query)
    {
        var job = Uri.UnescapeDataString(query).Split("job-name=")[1].Split('&')[0];
        return new JsonObject { ["kind"] = "PodList", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["items"] = new JsonArray(Pod(space, job + "-x7k2p")) }.ToJsonString();
    }

    private static JsonObject Pod(string space, string name) => JsonNode.Parse($$"""
        {"kind":"Pod","apiVersion":"v1","metadata":{"name":"{{name}}","namespace":"{{space}}"},
        "spec":{"initContainers":[{"name":"summary"}],"containers":[{"name":"training"}]},"status":{"phase":"Running"} }
        """)!.AsObject();

    private string LogOf(string pod, string query)
    {
        var log = Logs.GetValueOrDefault($"{pod[..^6]}/{query.Split("container=")[1].Split('&')[0]}", "");
        return query.Contains("tailLines=1", StringComparison.Ordinal) ? log.TrimEnd('\n').Split('\n')[^1] + "\n" : log;
    }
}
