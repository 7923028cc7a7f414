using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Sassnet.Api.Access;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Access;

/// <summary>Where the service starts although nothing says who may call, and where it does not.</summary>
public sealed class DoorTests(SharedService shared)
{
    [Theory]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://LOCALHOST:8080", true)]
    [InlineData("http://127.0.0.1:0", true)]
    [InlineData("https://127.1.2.3:8443", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("http://unix:/run/sassnet.sock", true)]
    [InlineData("http://0.0.0.0:8080", false)]
    [InlineData("http://+:8080", false)]
    [InlineData("http://*:8080", false)]
    [InlineData("http://[::]:8080", false)]
    [InlineData("http://10.0.0.7:8080", false)]
    [InlineData("http://localhost.example.org:8080", false)]
    [InlineData("http://sassnet:8080", false)]
    [InlineData("nonsense", false)]
    public void An_address_is_of_this_machine_or_reached_from_others(string address, bool isOfThisMachine) =>
        Assert.Equal(isOfThisMachine, Door.IsOfThisMachine(address));

    [Theory]
    [InlineData("urls=http://localhost:1;http://0.0.0.0:2", "http://localhost:1 http://0.0.0.0:2")]
    [InlineData("urls=http://localhost:1,http_ports=8080", "http://localhost:1")]
    [InlineData("http_ports=80;81,https_ports=443", "http://*:80 http://*:81 https://*:443")]
    [InlineData("urls=http://localhost:1,Kestrel:Endpoints:A:Url=http://+:3", "http://localhost:1 http://+:3")]
    public void Addresses_are_found_wherever_they_are_configured(string settings, string expected)
    {
        var pairs = settings.Split(',').Select(setting => setting.Split('=')).Select(setting => KeyValuePair.Create(setting[0], (string?)setting[1]));
        Assert.Equal(expected, string.Join(' ', Door.Addresses(new ConfigurationBuilder().AddInMemoryCollection(pairs).Build())));
    }

    [Theory]
    [InlineData("http://0.0.0.0:8099", new string[0], "ASPNETCORE_URLS", "http://0.0.0.0:8099")]
    [InlineData("http://+:8099", new[] { "--urls", "http://+:8099" }, "ASPNETCORE_URLS", "http://127.0.0.1:0")]
    [InlineData("http://10.0.0.7:8099", new string[0], "Kestrel__Endpoints__Http__Url", "http://10.0.0.7:8099")]
    public async Task Where_other_machines_reach_it_it_does_not_start_and_says_the_ways_on(string seen, string[] arguments, string key, string value)
    {
        var (exit, _, error) = await ServiceCommand.RunAsync(arguments, (key, value));
        Assert.Equal(1, exit);
        var line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"Sassnet cannot start: Other machines reach {seen}, and nothing says who may call.", line, StringComparison.Ordinal);
        foreach (var way in (string[])["keys create", "Sassnet:Oidc:Authority", "Sassnet:Access:AllowAnonymous"])
            Assert.Contains(way, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sassnet__Access__AllowAnonymous", "true", "may use the service, as Sassnet:Access:AllowAnonymous says")]
    [InlineData("Sassnet__Access__KeyFile", "KEYS", "Locked: callers need one of 1 API keys")]
    public async Task Where_it_is_told_or_has_keys_it_listens(string key, string value, string said)
    {
        // Listens is what it would do: the address is taken, so that nobody reaches it.
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var folder = Directory.CreateTempSubdirectory("sassnet-door-").FullName;
        var keys = new KeyFile(Path.Combine(folder, "keys.json"));
        keys.Change(_ => [ApiKey.Make("x", [Scope.Segment], DateTimeOffset.UtcNow, null).Key]);
        var (exit, output, error) = await ServiceCommand.RunAsync(
            [], ("ASPNETCORE_URLS", $"http://0.0.0.0:{((IPEndPoint)taken.LocalEndpoint).Port}"), (key, value.Replace("KEYS", keys.Path, StringComparison.Ordinal)));
        Directory.Delete(folder, recursive: true);
        Assert.Equal(1, exit);
        Assert.Contains("address already in use", error, StringComparison.Ordinal);
        Assert.Contains(said, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sassnet__Access__KeyFile", "/nowhere/keys.json", "There is no key file /nowhere/keys.json")]
    [InlineData("Sassnet__Access__KeyFile", "/etc/hostname", "/etc/hostname is damaged")]
    [InlineData("Sassnet__Access__AllowAnonymus", "true", "AllowAnonymus")]
    [InlineData("Sassnet__Oidc__Authority", "https://login.example.org", "Authority and Audience belong together")]
    [InlineData("Sassnet__Oidc__ClientId", "page", "The field ClientId is 'page'; accepted: the page's name at the issuer, together with Authority")]
    [InlineData("Sassnet__Oidc__Scopes", "openid,segment \"jobs\"", "words separated by one blank each")]
    [InlineData("Sassnet__Oidc__ClockSkew", "01:00:00", "ClockSkew")]
    [InlineData("Sassnet__Limits__RequestsPerMinute", "0", "RequestsPerMinute")]
    [InlineData("Sassnet__Limits__BytesPerHour", "1000", "BytesPerHour")]
    public async Task A_wrong_option_stops_the_start_with_one_line_that_names_it(string key, string value, string named)
    {
        var (exit, _, error) = await ServiceCommand.RunAsync([], (key, value));
        Assert.Equal(1, exit);
        Assert.Contains(named, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://login.example.org", true)]
    [InlineData("http://127.0.0.1:8090/realms/x", true)]
    [InlineData("http://localhost", true)]
    [InlineData("http://login.example.org", false)]
    [InlineData("login.example.org", false)]
    [InlineData("ftp://localhost", false)]
    [InlineData("https://jane:secret@login.example.org", false)]
    [InlineData("https://login.example.org?tenant=1", false)]
    public void An_issuer_is_asked_over_https_but_on_this_machine(string authority, bool isAccepted) =>
        Assert.Equal(isAccepted, !new OidcOptions { Authority = authority, Audience = "x" }.Validate(new(this)).Any());

    [Fact]
    public async Task Open_to_this_machine_the_log_and_the_document_say_so()
    {
        Assert.Contains(shared.Service.Logs.Lines, line =>
            line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("Open: whoever reaches http://localhost:8080", StringComparison.Ordinal));
        var text = await shared.Service.Client.GetStringAsync("/swagger/v1/swagger.json", TestContext.Current.CancellationToken);
        Assert.Contains("This service is open", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"security\"", text, StringComparison.Ordinal);
    }
}
