using System.Text;
using Sassnet.Api.Access;
using Xunit;

namespace Sassnet.Api.Tests.Access;

public sealed class SecretTests
{
    private const string KeyName = "CANARYNAME";
    private const string Subject = "canary.doe@example.org";
    private const string Code = "CANARYCODE0123456789";

    [Fact]
    public async Task No_secret_no_name_and_no_subject_gets_into_answers_logs_spans_or_metrics_even_when_everything_is_logged()
    {
        await using var issuer = await OidcIssuer.StartAsync();
        await using var locked = await LockedService.StartAsync(
            ("Sassnet:Oidc:Authority", issuer.Address),
            ("Sassnet:Oidc:Audience", OidcIssuer.Audience),
            ("Logging:LogLevel:Default", "Trace"),
            ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"));
        var good = locked.Key("segment models metrics", name: KeyName);
        string[] credentials =
        [
            good,
            good[..^1],
            "sassnet_000000000000_" + good[^64..],
            locked.Key("archive", name: KeyName),
            locked.Revoke(locked.Key("segment", name: KeyName)),
            locked.Key("segment", DateTimeOffset.UtcNow, KeyName),
            Token(),
            Token(expires: -10),
            issuer.Token(token => (token.Claims["sub"], token.Audience) = (Subject, "another")),
            issuer.Token(token => token.Claims["sub"] = Subject, OidcIssuer.NewKey("unknown")),
            issuer.Token("none", _ => []),
            "CANARYNONSENSE0123456789",
        ];
        var seen = new StringBuilder();

        // A login leads back to the page with its code in the address.
        (await locked.GetAsync($"/?code={Code}&state={Code}", null)).Dispose();
        foreach (var credential in credentials)
        {
            foreach (var (method, path) in new[] { ("POST", "/segment"), ("GET", "/models"), ("GET", "/metrics") })
            {
                using var response = await locked.SendAsync(method, path, credential);
                seen.Append(response.Headers).Append(Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)));
            }
        }

        seen.AppendJoin('\n', locked.Service.Logs.Lines);
        foreach (var span in locked.Service.Spans.Ended)
            seen.Append(span.DisplayName).AppendJoin(',', span.TagObjects).AppendJoin(',', span.Baggage).AppendJoin(',', span.Events.SelectMany(at => at.Tags));
        var all = seen.ToString();
        Assert.Contains($"caller key:{ApiKey.IdIn(good)}", all, StringComparison.Ordinal);
        Assert.Contains("caller token:", all, StringComparison.Ordinal);
        Assert.Contains("Debug Sassnet.Audit: GET /metrics answered 200", all, StringComparison.Ordinal);
        foreach (var secret in credentials.SelectMany(Secrets).Append(KeyName).Append(Subject).Append(Code))
            Assert.False(all.Contains(secret, StringComparison.OrdinalIgnoreCase), $"'{secret}' is in: {Around(all, secret)}");

        string Token(int expires = 5) => issuer.Token(token => (token.Claims["sub"], token.Expires) = (Subject, DateTime.UtcNow.AddMinutes(expires)));
    }

    /// <summary>The parts by which a credential would be known again.</summary>
    private static IEnumerable<string> Secrets(string credential) => credential.Contains('.', StringComparison.Ordinal)
        ? credential.Split('.').Skip(1).Where(part => part.Length > 0)
        : [credential.Split('_')[^1]];

    private static string Around(string text, string part)
    {
        var at = text.IndexOf(part, StringComparison.OrdinalIgnoreCase);
        return text[Math.Max(0, at - 300)..Math.Min(text.Length, at + 300)];
    }
}
