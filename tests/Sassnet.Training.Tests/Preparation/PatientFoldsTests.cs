using Sassnet.Training.Configuration;
using Sassnet.Training.Preparation;
using Sassnet.Training.Preparation.Raw;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

public sealed class PatientFoldsTests
{
    private static readonly PreparationOptions Options = new() { Input = "raw", Output = "data", PatientPattern = "^(p[0-9]+)", Folds = 3 };

    [Fact]
    public void Every_labelled_case_is_validated_with_once_and_no_patient_is_on_both_sides_of_a_fold()
    {
        InspectedCase[] cases = [.. Enumerable.Range(0, 30).Select(i => Case($"p{i / 3}-{i % 3}", labelled: i % 3 < 2))];
        for (var seed = 0; seed < 20; seed++)
        {
            var folds = PatientFolds.Of(cases, Options with { Seed = seed });
            Assert.Equal(
                cases.Where(one => one.IsLabelled).Select(one => one.Name).Order(StringComparer.Ordinal),
                folds.SelectMany(fold => fold.Validation).Order(StringComparer.Ordinal));
            Assert.Equal([6, 6, 8], folds.Select(fold => fold.Validation.Count).Order());
            foreach (var fold in folds)
            {
                Assert.Empty(Patients(fold.Labelled, fold.Unlabelled).Intersect(Patients(fold.Validation, fold.LeftOut)));
                Assert.Equal((20, 10), (fold.Labelled.Count + fold.Validation.Count, fold.Unlabelled.Count + fold.LeftOut.Count));
            }
        }
    }

    [Fact]
    public void A_patient_with_many_scans_does_not_make_its_fold_larger_than_it_must_be()
    {
        InspectedCase[] cases = [.. Enumerable.Range(0, 4).Select(i => Case($"p0-{i}", true)), .. Enumerable.Range(1, 8).Select(i => Case($"p{i}", true))];
        for (var seed = 0; seed < 20; seed++)
            Assert.Equal([4, 4, 4], PatientFolds.Of(cases, Options with { Seed = seed }).Select(fold => fold.Validation.Count));
    }

    [Fact]
    public void The_seed_decides_and_repeats()
    {
        InspectedCase[] cases = [.. Enumerable.Range(0, 12).Select(i => Case($"p{i}", true))];
        Assert.Equal(Shown(cases, 5), Shown(cases, 5));
        Assert.True(Enumerable.Range(0, 10).Select(seed => Shown(cases, seed)).Distinct().Count() > 5);
    }

    [Fact]
    public void More_folds_than_patients_are_refused()
    {
        var error = Assert.Throws<InvalidConfigurationException>(() => PatientFolds.Of([Case("p1-a", true), Case("p1-b", true), Case("p2-a", true), Case("p3", false)], Options));
        Assert.Contains("--folds is 3; accepted: at most 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_folds_there_are_none() => Assert.Empty(PatientFolds.Of([Case("p1", true)], Options with { Folds = 0 }));

    private static string Shown(InspectedCase[] cases, int seed) =>
        string.Join(" | ", PatientFolds.Of(cases, Options with { Seed = seed }).Select(fold => string.Join(' ', fold.Validation)));

    private static InspectedCase Case(string name, bool labelled) =>
        new(new RawCase(name, name + ".nii.gz", labelled ? name + "_label.nii.gz" : null), [], null, null, []);

    private static HashSet<string> Patients(params IReadOnlyList<string>[] lists) => [.. lists.SelectMany(list => list).Select(name => name.Split('-')[0])];
}
