using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Sassnet.Api.Configuration;
using Sassnet.Api.Problems;
using Sassnet.Api.Telemetry;

namespace Sassnet.Api.Archive;

/// <summary>
/// An archive, and the connections to it. Made without the framework's factory of clients, whose log has every address, and with it patients' identifiers.
/// Redirections are not followed: an archive is asked where it is configured to be.
/// </summary>
internal sealed class ArchiveServer : IDisposable
{
    private readonly HttpClient _http;
    private readonly ClientCertificate? _certificate;
    private readonly TimeSpan _timeLimit;
    private readonly TimeProvider _clock;

    /// <param name="name">What it is called.</param>
    /// <param name="options">Checked.</param>
    /// <param name="clock">Measures its time limit.</param>
    /// <param name="logger">Hears where a certificate that was renewed cannot be read.</param>
    /// <exception cref="StartException">Its certificates cannot be read.</exception>
    public ArchiveServer(string name, ArchiveServerOptions options, TimeProvider clock, ILogger logger)
    {
        (Name, _timeLimit, _clock) = (name, options.TimeLimit, clock);
        var retry = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
            .AddRetry(new HttpRetryStrategyOptions { MaxRetryAttempts = options.Retries, Delay = options.RetryDelay })
            .Build();
        var connections = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) };
        _http = new HttpClient(new ResilienceHandler(retry) { InnerHandler = connections })
        {
            BaseAddress = new Uri(options.Url!.TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(UserAgent.Value);
        _http.DefaultRequestHeaders.Authorization = options switch
        {
            { Bearer: { } token } => new AuthenticationHeaderValue("Bearer", token),
            { User: { } user } => new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{options.Password}"))),
            _ => null,
        };
        try
        {
            if (options.ClientCertificate is { } file)
            {
                var certificate = new ClientCertificate(name, file, options.ClientKey ?? file, logger);
                connections.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate.Current();
                _certificate = certificate;
            }

            if (options.Authorities is { } authorities)
                connections.SslOptions.CertificateChainPolicy = Trusting(authorities);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"A certificate of Sassnet:Archive:Servers:{name} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>Sends a request and reads the answer, both within the time limit.</summary>
    /// <param name="request">The request, its address relative; it may be sent several times.</param>
    /// <param name="read">Reads an answer: one of success, or one that counts as an answer by what follows.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="isAnswer">Whether a status counts as an answer, which <paramref name="read"/> knows, besides those of success; null where none does.</param>
    /// <exception cref="ProblemException">The archive does not do what is asked of it.</exception>
    public async Task<T> ExchangeAsync<T>(
        HttpRequestMessage request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellation, Func<HttpStatusCode, bool>? isAnswer = null)
    {
        try
        {
            return await WithinLimitAsync(
                async token =>
                {
                    using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
                    if (!response.IsSuccessStatusCode && isAnswer?.Invoke(response.StatusCode) != true)
                        throw Refused(response.StatusCode);
                    return await read(response, token);
                },
                cancellation);
        }
        catch (HttpRequestException failure)
        {
            throw Unavailable($"cannot be reached ({failure.HttpRequestError})", failure);
        }
        catch (HttpIOException failure)
        {
            throw Unavailable($"broke off in its answer ({failure.HttpRequestError})", failure);
        }
    }

    /// <summary>Does what takes several requests, all of them within the time limit of one.</summary>
    /// <param name="exchange">What is done.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ProblemException">It takes too long.</exception>
    public async Task<T> WithinLimitAsync<T>(Func<CancellationToken, Task<T>> exchange, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_timeLimit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            return await exchange(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new ProblemException(ArchiveProblemTypes.TooSlow, string.Create(CultureInfo.InvariantCulture,
                $"The archive '{Name}' took longer than {_timeLimit.TotalSeconds:0.###} s, the limit of this service for fetching or storing one series."));
        }
    }

    /// <summary>The problem of an archive that is not well now.</summary>
    public ProblemException Unavailable(string what, Exception? inner = null) => new(
        ArchiveProblemTypes.Unavailable, $"The archive '{Name}' {what}. Nothing is wrong with the job: send it again once the archive is well.", inner: inner);

    /// <summary>The problem of an answer that is none.</summary>
    public ProblemException BadAnswer(string what) => new(
        ArchiveProblemTypes.BadAnswer, $"The archive '{Name}' {what}. Is the address configured that of its DICOMweb services?");

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _certificate?.Dispose();
    }

    private ProblemException Refused(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new ProblemException(ArchiveProblemTypes.Denied, FormattableString.Invariant(
            $"The archive '{Name}' answered {(int)status}: it does not take the credentials that this service is configured with, or they may not do this.")),
        HttpStatusCode.NotFound or HttpStatusCode.Gone => new ProblemException(ArchiveProblemTypes.NotThere, $"The archive '{Name}' has no such study or series, or it is empty."),
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => Unavailable(FormattableString.Invariant($"answered {(int)status}")),
        _ => BadAnswer(FormattableString.Invariant($"answered {(int)status}")),
    };

    private static X509ChainPolicy Trusting(string authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(authorities);
        return policy;
    }
}
