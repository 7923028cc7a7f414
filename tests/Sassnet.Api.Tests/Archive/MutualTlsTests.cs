using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Archive;

/// <summary>An archive that asks the service for a certificate, and has one of an authority that only its site knows.</summary>
public sealed class MutualTlsTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-tls-").FullName;
    private readonly X509Certificate2 _authority = Authority();
    private StubArchive _archive = null!;

    public async ValueTask InitializeAsync()
    {
        var server = Issued("archive", "1.3.6.1.5.5.7.3.1");
        _archive = await BallArchive.StartAsync(listening => listening.UseHttps(X509CertificateLoader.LoadPkcs12(server.Export(X509ContentType.Pkcs12), null), https =>
        {
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (certificate, _, _) => certificate.Issuer == _authority.Subject;
        }));
        await RenewAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder, "authorities.pem"), _authority.ExportCertificatePem(), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _archive.DisposeAsync();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(true, true, "succeeded")]
    [InlineData(false, true, "archive-unavailable")]
    [InlineData(true, false, "archive-unavailable")]
    public async Task It_is_used_where_both_sides_show_a_certificate_that_the_other_takes(bool hasCertificate, bool knowsTheAuthority, string expected)
    {
        await using var service = await StartAsync(hasCertificate, knowsTheAuthority);
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid));
        Assert.True(expected == (job.State() == "failed" ? job.Problem().Slug : job.State()), job.ToString());
        Assert.Equal(expected == "succeeded" ? 1 : 0, _archive.Stored.Count);
    }

    [Fact]
    public async Task A_certificate_that_is_renewed_is_shown_from_then_on_and_one_that_cannot_be_read_is_not()
    {
        var shown = new ConcurrentQueue<string>();
        _archive.Instead = context =>
        {
            shown.Enqueue(context.Connection.ClientCertificate!.SerialNumber);
            context.Response.Headers.Connection = "close";
            return Task.FromResult(false);
        };
        await using var service = await StartAsync(hasCertificate: true, knowsTheAuthority: true);
        await SegmentAsync();
        shown.Clear();

        var renewed = await RenewAsync();
        await SegmentAsync();
        Assert.NotEmpty(shown);
        Assert.All(shown, serial => Assert.Equal(renewed, serial));

        // One of the two is exchanged, and the other not yet.
        shown.Clear();
        await File.WriteAllTextAsync(Path.Combine(_folder, "client.key"), string.Empty, TestContext.Current.CancellationToken);
        await SegmentAsync();
        Assert.NotEmpty(shown);
        Assert.All(shown, serial => Assert.Equal(renewed, serial));
        Assert.Single(service.Logs.Lines, line => line.Contains("The certificate for the archive pacs cannot be read any more", StringComparison.Ordinal));

        async Task SegmentAsync() => (await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid))).AssertSucceeded();
    }

    private Task<TestService> StartAsync(bool hasCertificate, bool knowsTheAuthority)
    {
        (string, string)[] certificate = hasCertificate ? [("ClientCertificate", Path.Combine(_folder, "client.pem")), ("ClientKey", Path.Combine(_folder, "client.key"))] : [];
        (string, string)[] authority = knowsTheAuthority ? [("Authorities", Path.Combine(_folder, "authorities.pem"))] : [];
        (string Key, string Value)[] server = [("Url", _archive.Url), ("Retries", "1"), ("RetryDelay", "00:00:00.001"), .. certificate, .. authority];
        return TestService.StartAsync(
            [.. server.Select(option => ($"Sassnet:Archive:Servers:pacs:{option.Key}", option.Value)), ("Sassnet:Jobs:RetryDelay", "00:00:00.010"), ("Sassnet:Jobs:MaxAttempts", "1")]);
    }

    // Gives the service another certificate; returns its serial number.
    private async Task<string> RenewAsync()
    {
        using var client = Issued("service", "1.3.6.1.5.5.7.3.2");
        await File.WriteAllTextAsync(Path.Combine(_folder, "client.pem"), client.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder, "client.key"), client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        return client.SerialNumber;
    }

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=The site's own", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private X509Certificate2 Issued(string name, string usage)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        using var certificate = request.Create(_authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
