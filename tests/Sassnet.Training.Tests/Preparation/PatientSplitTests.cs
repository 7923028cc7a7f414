using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Preparation;
using Sassnet.Training.Preparation.Raw;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

public sealed class PatientSplitTests
{
    private static readonly PreparationOptions Options = new() { Input = "raw", Output = "data", PatientPattern = "^(p[0-9]+)", ValidationShare = 0.3 };

    [Fact]
    public void All_scans_of_a_patient_are_on_one_side()
    {
        InspectedCase[] cases = [.. Enumerable.Range(0, 30).Select(i => Case($"p{i / 3}-{i % 3}", labelled: i % 3 < 2))];
        for (var seed = 0; seed < 20; seed++)
        {
            var split = PatientSplit.Of(cases, Options with { Seed = seed });
            var (trained, validated) = (Patients(split.Labelled, split.Unlabelled), Patients(split.Validation, split.LeftOut));
            Assert.Empty(trained.Intersect(validated));
            Assert.Equal(3, validated.Count);
            Assert.Equal((14, 7, 6, 3), (split.Labelled.Count, split.Unlabelled.Count, split.Validation.Count, split.LeftOut.Count));
        }
    }

    [Fact]
    public void The_seed_decides_and_repeats()
    {
        InspectedCase[] cases = [.. Enumerable.Range(0, 12).Select(i => Case($"p{i}", labelled: true))];
        Assert.Equal(PatientSplit.Of(cases, Options).Validation, PatientSplit.Of(cases, Options).Validation);
        var drawn = Enumerable.Range(0, 10).Select(seed => string.Join(' ', PatientSplit.Of(cases, Options with { Seed = seed }).Validation)).Distinct();
        Assert.True(drawn.Count() > 5);
    }

    [Fact]
    public void However_small_the_share_one_patient_is_validated_with_and_however_large_one_is_trained_on()
    {
        InspectedCase[] cases = [.. Enumerable.Range(0, 5).Select(i => Case($"p{i}", labelled: true))];
        Assert.Single(PatientSplit.Of(cases, Options with { ValidationShare = 0.01 }).Validation);
        Assert.Single(PatientSplit.Of(cases, Options with { ValidationShare = 0.99 }).Labelled);
    }

    [Fact]
    public void A_patient_with_more_scans_than_the_share_has_room_for_is_trained_on_wherever_the_seed_puts_it()
    {
        InspectedCase[] cases = [.. Patient("p0", 20), .. Enumerable.Range(1, 4).SelectMany(i => Patient($"p{i}", 1))];
        for (var seed = 0; seed < 50; seed++)
        {
            var split = PatientSplit.Of(cases, Options with { Seed = seed, ValidationShare = 0.2 });
            Assert.DoesNotContain("p0", Patients(split.Validation));
            Assert.InRange(split.Validation.Count, 3, 4);
        }
    }

    [Fact]
    public void Where_no_patient_has_room_in_the_share_the_one_with_the_fewest_scans_is_validated_with()
    {
        InspectedCase[] cases = [.. Patient("p0", 6), .. Patient("p1", 2), .. Patient("p2", 6)];
        for (var seed = 0; seed < 20; seed++)
            Assert.Equal(["p1-0", "p1-1"], PatientSplit.Of(cases, Options with { Seed = seed, ValidationShare = 0.1 }).Validation);
    }

    [Theory]
    [InlineData(1, 0.2, 2)]
    [InlineData(1, 0.01, 1)]
    [InlineData(1, 0.99, 9)]
    [InlineData(3, 0.2, 2)]
    [InlineData(3, 0.05, 1)]
    public void Of_patients_with_as_many_scans_each_the_first_of_the_drawn_order_are_validated_with(int scans, double share, int patients)
    {
        InspectedCase[] cases = [.. Enumerable.Range(0, 10).SelectMany(i => Patient($"p{i}", scans))];
        for (var seed = 0; seed < 20; seed++)
        {
            string[] order = [.. Enumerable.Range(0, 10).Select(i => $"p{i}")];
            new SeededRandom(seed).For("validation", 0).Shuffle(order);
            Assert.Equal(order[..patients].Order(StringComparer.Ordinal), Patients(PatientSplit.Of(cases, Options with { Seed = seed, ValidationShare = share }).Validation).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void A_share_of_0_keeps_nothing_for_validation()
    {
        var split = PatientSplit.Of([Case("p1", labelled: true)], Options with { ValidationShare = 0 });
        Assert.Equal(["p1"], split.Labelled);
        Assert.Empty(split.Validation);
    }

    [Fact]
    public void One_patient_cannot_be_on_both_sides()
    {
        var error = Assert.Throws<InvalidConfigurationException>(() => PatientSplit.Of([Case("p1-a", true), Case("p1-b", true)], Options));
        Assert.Contains("one patient, p1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_label_there_is_nothing_to_train_on() =>
        Assert.Throws<InvalidConfigurationException>(() => PatientSplit.Of([Case("p1", false)], Options));

    private static InspectedCase Case(string name, bool labelled) =>
        new(new RawCase(name, name + ".nii.gz", labelled ? name + "_label.nii.gz" : null), [], null, null, []);

    private static IEnumerable<InspectedCase> Patient(string key, int scans) => Enumerable.Range(0, scans).Select(i => Case($"{key}-{i}", labelled: true));

    private static HashSet<string> Patients(params IReadOnlyList<string>[] lists) => [.. lists.SelectMany(list => list).Select(name => name.Split('-')[0])];
}
