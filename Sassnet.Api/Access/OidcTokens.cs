using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Access;

/// <summary>Accepts the tokens of an OpenID Connect issuer (RFC 9068, OpenID Connect Discovery 1.0), whose keys it fetches and keeps up with.</summary>
internal sealed partial class OidcTokens(IOptions<OidcOptions> options, ILogger<OidcTokens> logger) : IConfigureNamedOptions<JwtBearerOptions>, IPostConfigureOptions<JwtBearerOptions>
{
    // Asymmetric ones only: with the others whoever can check a token can make one, and an issuer's public key is no secret.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    // The issuer's keys are fetched anew with the first token after this time; one that was withdrawn is accepted until then.
    private static readonly TimeSpan KeysAreFreshFor = TimeSpan.FromMinutes(10);

    // A token with a key that is not known makes the service ask the issuer beside the request, no more often than this: where an issuer did not publish the key
    // ahead of its use, the first token is refused and the next is good.
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestQuestion = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IssuerRetry = TimeSpan.FromSeconds(10);

    private readonly OidcOptions _options = options.Value;

    public void Configure(JwtBearerOptions options) => Configure(JwtBearerDefaults.AuthenticationScheme, options);

    public void Configure(string? name, JwtBearerOptions options)
    {
        options.Authority = _options.Authority;
        options.RequireHttpsMetadata = _options.Address?.IsLoopback != true;
        options.MapInboundClaims = false;
        options.SaveToken = false;
        options.AutomaticRefreshInterval = KeysAreFreshFor;
        options.RefreshInterval = BetweenQuestions;
        options.BackchannelTimeout = LongestQuestion;
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAudience = _options.Audience,
            ValidAlgorithms = Algorithms,
            ClockSkew = _options.ClockSkew,
        };
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = RequireIssuerAsync,
            OnAuthenticationFailed = context => Refuse(context.HttpContext, Reason(context.Exception)),
            OnTokenValidated = Accept,
        };
    }

    // It would go on for an hour with keys that the issuer has withdrawn.
    public void PostConfigure(string? name, JwtBearerOptions options)
    {
        if (options.ConfigurationManager is BaseConfigurationManager manager)
            manager.UseLastKnownGoodConfiguration = false;
    }

    private async Task RequireIssuerAsync(MessageReceivedContext context)
    {
        try
        {
            await context.Options.ConfigurationManager!.GetConfigurationAsync(context.HttpContext.RequestAborted);
        }
        catch (Exception failure) when (failure is InvalidOperationException or IOException or ArgumentException)
        {
            LogUnavailable(failure);
            context.HttpContext.Features.Set(new Refusal(ProblemTypes.IssuerUnavailable, ProblemTypes.IssuerUnavailable.Example, IssuerRetry));
            context.Fail(failure);
        }
    }

    private static Task Refuse(HttpContext context, string reason)
    {
        context.Features.Set(new Refusal(ProblemTypes.Unauthenticated, $"The token is not accepted: {reason} Get a new one from its issuer."));
        return Task.CompletedTask;
    }

    private Task Accept(TokenValidatedContext context)
    {
        var token = (JsonWebToken)context.SecurityToken;
        if (string.IsNullOrEmpty(token.Subject))
        {
            context.Fail("no subject");
            return Refuse(context.HttpContext, "it names no subject (sub).");
        }

        var words = token.Claims.Where(claim => claim.Type == _options.ScopeClaim)
            .SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        context.Principal = Caller.Of(token.Issuer, token.Subject, words).ToPrincipal();
        return Task.CompletedTask;
    }

    private string Reason(Exception failure) => failure switch
    {
        SecurityTokenExpiredException => "it has expired.",
        SecurityTokenNotYetValidException => "it is not valid yet.",
        SecurityTokenNoExpirationException => "it does not say when it expires (exp).",
        SecurityTokenInvalidAudienceException => $"it is not for '{_options.Audience}' (aud).",
        SecurityTokenInvalidIssuerException => "it is of another issuer (iss).",
        SecurityTokenInvalidSignatureException or SecurityTokenInvalidAlgorithmException => $"it is not signed by a key of the issuer, by one of {string.Join(", ", Algorithms)}.",
        _ => "it is no sound JSON Web Token.",
    };

    [LoggerMessage(EventId = 36, Level = LogLevel.Warning, Message = "A token could not be checked: the issuer's keys could not be fetched")]
    private partial void LogUnavailable(Exception failure);
}
