using System.Net.Http.Headers;
using Sassnet.Api.Access;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Access;

/// <summary>A service that asks who calls, with a key file of its own.</summary>
public sealed class LockedService : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-keys-").FullName;
    private readonly (string Key, string Value)[] _settings;

    public LockedService()
        : this([])
    {
    }

    private LockedService((string Key, string Value)[] settings)
    {
        _settings = settings;
        File = new KeyFile(Path.Combine(_folder, "keys.json"));
        File.Change(_ => []);
    }

    public TestService Service { get; private set; } = null!;

    internal KeyFile File { get; }

    /// <summary>Starts one with options of its own.</summary>
    public static async Task<LockedService> StartAsync(params (string Key, string Value)[] settings)
    {
        var locked = new LockedService(settings);
        await locked.InitializeAsync();
        return locked;
    }

    public async ValueTask InitializeAsync() => Service = await TestService.StartAsync([("Sassnet:Access:KeyFile", File.Path), .. _settings]);

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Makes a key while the service runs; returns its text.</summary>
    public string Key(string scopes, DateTimeOffset? expires = null, string name = "test")
    {
        var (key, text) = ApiKey.Make(name, scopes.Split(' '), DateTimeOffset.UtcNow, expires);
        File.Change(keys => [.. keys, key]);
        return text;
    }

    /// <summary>Revokes a key while the service runs; returns its text.</summary>
    public string Revoke(string text)
    {
        File.Change(keys => [.. keys.Select(key => key.Id == ApiKey.IdIn(text) ? key with { Revoked = DateTimeOffset.UtcNow } : key)]);
        return text;
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? credential) => SendAsync("GET", path, credential);

    /// <summary>Sends a request, a POST with a small scan.</summary>
    public async Task<HttpResponseMessage> SendAsync(string method, string path, string? credential)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "POST" ? new ByteArrayContent(Scan.Small) : null };
        if (credential is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        return await Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
